// The SVG icons of the pages.
const drawing = (inside: string): string =>
  `<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${inside}</svg>`;

export const signs = {
  key: drawing('<circle cx="7.5" cy="16.5" r="4.5"/><path d="M10.7 13.3 20 4m-4 4 3 3m-6 0 2 2"/>'),
  gone: drawing('<path transform="rotate(-45 12 12)" d="M9.5 8H6.5a4 4 0 0 0 0 8h3m5-8h3a4 4 0 0 1 0 8h-3"/>'),
  chat: drawing(
    '<path d="M5 4.5h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-7l-4.5 3.5V17H5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2zM8 9.5h8M8 12.5h5"/>',
  ),
  done: drawing('<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>'),
  wait: drawing('<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>'),
} as const;
export type Sign = keyof typeof signs;
