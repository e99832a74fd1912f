(() => {
  const forms = [...document.forms].map((form) => ({ form, button: form.querySelector('button[type=submit]') }));
  for (const one of forms) {
    const { form, button } = one;
    if (!button) continue;
    one.words = button.textContent;
    form.addEventListener('submit', (event) => {
      if (one.isSent) {
        event.preventDefault();
        return;
      }
      one.isSent = true;
      button.setAttribute('aria-disabled', 'true');
      button.textContent = button.dataset.pressed ?? one.words;
    });
  }
  addEventListener('pageshow', () => {
    for (const one of forms) {
      if (!one.isSent) continue;
      one.isSent = false;
      one.button.removeAttribute('aria-disabled');
      one.button.textContent = one.words;
    }
  });
})();
