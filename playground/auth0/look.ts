// The style sheet of the emulated Universal Login pages: made for phones first, light and dark.

export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: #eef0f4;
  --card: #ffffff;
  --ink: #1e212a;
  --soft: #5b606c;
  --line: #8c929e;
  --accent: #4a47c4;
  --accent-ink: #ffffff;
  --good: #1a6b3c;
  --bad: #b3261e;
  --bad-ground: #fdeceb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161c;
    --card: #1f222b;
    --ink: #f1f2f5;
    --soft: #b3b8c4;
    --line: #7b8290;
    --accent: #a9a7ff;
    --accent-ink: #14161c;
    --good: #7ed6a2;
    --bad: #ffb4ab;
    --bad-ground: #40201e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  align-items: center;
  justify-content: center;
  padding: 1rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main {
  width: 100%;
  max-width: 25rem;
  padding: 2.5rem 2rem;
  border-radius: .75rem;
  background: var(--card);
  box-shadow: 0 .75rem 2.5rem rgb(0 0 0 / 14%);
  text-align: center;
}
.mark {
  width: 3.25rem;
  height: 3.25rem;
  margin: 0 auto .5rem;
  border-radius: .75rem;
  background: var(--accent);
  color: var(--accent-ink);
  font-size: 1.5rem;
  font-weight: 700;
  line-height: 3.25rem;
}
.company { margin: 0 0 1.5rem; color: var(--soft); }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
.lead { margin: 0 0 1.5rem; overflow-wrap: anywhere; }
.alert {
  margin: 0 0 1.25rem;
  padding: .75rem 1rem;
  border-left: .25rem solid var(--bad);
  border-radius: .25rem;
  background: var(--bad-ground);
  text-align: left;
}
form { text-align: left; }
.field { margin-bottom: 1rem; }
label { display: block; margin-bottom: .25rem; font-weight: 500; }
.field input, .field select {
  width: 100%;
  min-height: 3rem;
  padding: .5rem .875rem;
  border: 1px solid var(--line);
  border-radius: .375rem;
  background: var(--card);
  color: var(--ink);
  font: inherit;
}
input[aria-invalid="true"] { border-color: var(--bad); }
input:focus-visible, select:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); border: 0; padding: 0; }
.rules {
  margin: 0 0 1.5rem;
  padding: .875rem 1rem;
  border: 1px solid var(--line);
  border-radius: .375rem;
  color: var(--soft);
  font-size: .875rem;
}
.rules p { margin: 0 0 .25rem; }
.rules ul { margin: 0; padding-left: 1.125rem; }
.rules .met { color: var(--good); }
.rules .missing { color: var(--bad); }
.state { font-weight: 600; }
button {
  width: 100%;
  min-height: 3rem;
  border: 0;
  border-radius: .375rem;
  background: var(--accent);
  color: var(--accent-ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button.second { margin-top: .75rem; border: 1px solid var(--line); background: transparent; color: var(--ink); }
button:hover { filter: brightness(1.08); }
.sign {
  width: 4rem;
  height: 4rem;
  margin: 0 auto 1rem;
  border: 3px solid var(--good);
  border-radius: 50%;
  color: var(--good);
  font-size: 2rem;
  line-height: 3.6rem;
}
.sign.warn { border-color: var(--bad); color: var(--bad); }
@media (max-width: 26rem) {
  body { align-items: flex-start; padding: 0; background: var(--card); }
  main { padding: 2rem 1.25rem; box-shadow: none; border-radius: 0; }
}
`;
