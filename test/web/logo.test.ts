// One drawing of the app, wherever it is shown.
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { colorIcon } from '../../manifest/icons.ts';
import { slackManifest } from '../../manifest/slack/manifest.ts';
import { teamsManifest } from '../../manifest/teams/manifest.ts';
import { readAssets } from '../../playground/page/asset-files.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { createLayout } from '../../src/web/pages/layout.ts';
import { brandColor, keyhole, logo } from '../../src/web/pages/logo.ts';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';

/** Runs in the browser. The brightness of each pixel: the keyhole is white, everything around it is dark. */
const brightness = `async (url) => {
  const image = new Image(192, 192);
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(192, 192).getContext('2d');
  canvas.drawImage(image, 0, 0, 192, 192);
  return Array.from(canvas.getImageData(0, 0, 192, 192).data).filter((_, nth) => nth % 4 === 0);
}`;
const publicUrl = 'https://latchkey.acme.example';

describe('the logo', () => {
  it('is one drawing on the pages behind a link, in the playground, and in one colour in Slack and Teams', () => {
    const page = createLayout('Acme', copy.pages)('key', copy.pages.dead);
    expect(page).toContain(`href="data:image/svg+xml,${encodeURIComponent(logo)}"`);
    expect(page).toContain(keyhole('currentColor'));
    expect(readAssets().get('/icon.svg')?.body.toString()).toBe(logo);
    expect(slackManifest({ publicUrl }).display_information.background_color).toBe(brandColor);
    expect(teamsManifest({ publicUrl, appId: 'x' }).accentColor).toBe(brandColor);
  });

  it('is in the picture for Slack, which the administrator uploads', () => {
    const pixels = (png: Uint8Array): Buffer => inflateSync(dataOf(Buffer.from(png)));
    const icon = readFileSync(new URL('../../docs/images/icon.png', import.meta.url));
    expect(pixels(icon).equals(pixels(colorIcon(512)))).toBe(true);
  });
});

describe.skipIf(browserMissing !== undefined)(titled('the icon for Slack and Teams', browserMissing), () => {
  afterAll(closeBrowser);

  it('shows the same keyhole as the drawing', async () => {
    const context = await openContext();
    const page = await context.newPage();
    const icons = [
      `data:image/png;base64,${Buffer.from(colorIcon(192)).toString('base64')}`,
      `data:image/svg+xml,${encodeURIComponent(logo)}`,
    ];
    const [fromPixels = [], fromPath = []] = z
      .array(z.array(z.number()))
      .parse(await page.evaluate(`Promise.all(${JSON.stringify(icons)}.map(${brightness}))`));
    await context.close();
    expect(fromPixels).toHaveLength(192 * 192);
    expect(fromPixels.filter((red) => red > 200).length).toBeGreaterThan(1_500);
    const different = fromPixels.filter((red, nth) => Math.abs(red - (fromPath[nth] ?? -255)) > 96);
    expect(different.length).toBeLessThan(20);
  });
});

/** The IDAT chunk; these files have one. */
function dataOf(png: Buffer): Buffer {
  const at = png.indexOf('IDAT');
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}
