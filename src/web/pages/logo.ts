// The one drawing of the app: a keyhole on green. The pages, the icons for Slack and Teams, and the playground are made from it.

export const brandColor = '#14574a';
/** All coordinates are on a square of this size. */
const square = 36;
const cornerRadius = 11;
const head = { x: 18, y: 14.2, radius: 5.2 } as const;
const stem = [
  [15.5, 18.4],
  [20.5, 18.4],
  [21.8, 25.2],
  [20.9, 26.5],
  [15.1, 26.5],
  [14.2, 25.2],
] as const;

/** An SVG path on a square of 36 by 36. */
export const keyhole = (fill: string): string => {
  const { x, y, radius } = head;
  const arc = `a${radius} ${radius} 0 0 1`;
  const circle = `M${x} ${y - radius}${arc} 0 ${2 * radius}${arc} 0 ${-2 * radius}z`;
  return `<path fill="${fill}" d="${circle}M${stem.map((point) => point.join(' ')).join('L')}z"/>`;
};

export const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${square} ${square}"><rect width="${square}" height="${square}" rx="${cornerRadius}" fill="${brandColor}"/>${keyhole('#fff')}</svg>`;

/** Whether a point of the square, with coordinates from 0 to 1, lies in the keyhole. For icons that are made of pixels. */
export function isInKeyhole(x: number, y: number): boolean {
  const [px, py] = [x * square, y * square];
  if (Math.hypot(px - head.x, py - head.y) <= head.radius) return true;
  // The stem is convex: a point in it lies on the same side of every edge.
  return stem.every(([ax, ay], nth) => {
    const [bx, by] = stem[(nth + 1) % stem.length] ?? [ax, ay];
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0;
  });
}

/** Whether a point lies in the line around the square. */
export function isInFrame(x: number, y: number): boolean {
  const [dx, dy] = [Math.abs(x - 0.5) * square, Math.abs(y - 0.5) * square];
  const straight = square / 2 - cornerRadius;
  const distance = Math.hypot(Math.max(0, dx - straight), Math.max(0, dy - straight));
  const outer = Math.max(dx, dy) <= straight ? Math.max(dx, dy) - straight : distance;
  return outer <= cornerRadius - 0.6 && outer >= cornerRadius - 2.8;
}
