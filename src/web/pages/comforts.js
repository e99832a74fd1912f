(() => {
  const { lang } = document.documentElement;
  const shown = {
    day: { dateStyle: 'long' },
    moment: { dateStyle: 'long', timeStyle: 'short' },
    clock: { timeStyle: 'short' },
  };
  for (const time of document.querySelectorAll('time')) {
    const language = navigator.language.startsWith(lang) ? navigator.language : lang;
    const minute = Math.ceil(Date.parse(time.dateTime) / 60000) * 60000;
    time.textContent = new Intl.DateTimeFormat(language, shown[time.dataset.shown]).format(minute);
  }
  const wished = document.getElementById(location.hash.slice(1));
  if (wished?.tagName === 'DETAILS') wished.open = true;
  for (const button of document.querySelectorAll('[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
  }
  for (const button of document.querySelectorAll('[data-reveal]')) {
    const fields = [...document.querySelectorAll(button.dataset.reveal)];
    const reveal = button.textContent;
    const show = (isShown) => {
      for (const field of fields) field.type = isShown ? 'text' : 'password';
      button.textContent = isShown ? button.dataset.hide : reveal;
    };
    button.hidden = false;
    button.addEventListener('click', () => show(fields[0].type === 'password'));
    // Browsers remember what was typed into other fields.
    button.form.addEventListener('submit', () => show(false));
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    const came = document.querySelector('.came');
    const { copy, copied, notCopied } = button.dataset;
    button.hidden = false;
    button.addEventListener('click', async () => {
      const text = [...document.querySelectorAll(copy)].map((each) => each.textContent).join('\n');
      came.textContent = '';
      try {
        await navigator.clipboard.writeText(text);
        came.textContent = copied;
      } catch {
        came.textContent = notCopied;
      }
    });
  }
})();
