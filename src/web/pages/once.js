(() => {
  const form = document.querySelector('form');
  const button = form?.querySelector('button');
  if (!form || !button) return;
  const words = button.textContent;
  let isSent = false;
  form.addEventListener('submit', (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = button.dataset.pressed;
  });
  addEventListener('pageshow', () => {
    isSent = false;
    button.removeAttribute('aria-disabled');
    button.textContent = words;
  });
})();
