(() => {
  const field = document.querySelector('[data-work]');
  if (!field || !globalThis.crypto?.subtle) return;
  const { form, dataset } = field;
  const encoder = new TextEncoder();
  const atOnce = 256;
  const giveUpMs = 20000;
  let isDone = false;
  let isWanted = false;
  const isRight = (hash) => new DataView(hash).getUint32(0) >>> (32 - Number(dataset.bits)) === 0;
  const tries = (from) =>
    Promise.all(
      Array.from({ length: atOnce }, (_, n) =>
        crypto.subtle.digest('SHA-256', encoder.encode(`${dataset.work}:${from + n}`)),
      ),
    );
  const work = async () => {
    const begun = performance.now();
    for (let from = 0; performance.now() - begun < giveUpMs; from += atOnce) {
      const found = (await tries(from)).findIndex(isRight);
      if (found === -1) continue;
      field.value = String(from + found);
      return;
    }
  };
  document.addEventListener(
    'submit',
    (event) => {
      if (event.target !== form || isDone) return;
      event.preventDefault();
      event.stopPropagation();
      isWanted = true;
      const button = form.querySelector('button[type=submit]');
      button.textContent = button.dataset.pressed;
    },
    true,
  );
  const done = () => {
    isDone = true;
    if (isWanted) form.requestSubmit();
  };
  work().then(done, done);
})();
