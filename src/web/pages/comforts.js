(() => {
  const { lang } = document.documentElement;
  const shown = { day: { dateStyle: 'long' }, moment: { dateStyle: 'long', timeStyle: 'short' } };
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
})();
