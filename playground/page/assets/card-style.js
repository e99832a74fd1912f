// How Teams draws an Adaptive Card, as configuration for the renderer. The colours come from the style sheet, so that
// they follow light and dark mode.

const shades = (name) => ({ default: `var(--ac-${name})`, subtle: `var(--ac-${name}-soft)` });
const foregroundColors = {
  default: shades('ink'),
  dark: shades('ink'),
  light: shades('ink'),
  accent: shades('accent'),
  attention: shades('attention'),
  good: shades('good'),
  warning: shades('warning'),
};
const container = (name) => ({
  backgroundColor: `var(--ac-${name}-ground)`,
  borderColor: `var(--ac-${name}-ground)`,
  foregroundColors,
});
const font = (fontFamily) => ({
  fontFamily,
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
});

/** Plain data for the renderer's `HostConfig`. In pixels. */
export const cardStyle = {
  supportsInteractivity: true,
  spacing: { small: 6, default: 8, medium: 12, large: 20, extraLarge: 24, padding: 14 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  fontTypes: { default: font('inherit'), monospace: font('ui-monospace, Menlo, Consolas, monospace') },
  lineHeights: { small: 17, default: 20, medium: 22, large: 24, extraLarge: 32 },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: container('default'),
    emphasis: container('emphasis'),
    accent: container('accent'),
    good: container('good'),
    attention: container('attention'),
    warning: container('warning'),
  },
  inputs: {
    label: { inputSpacing: 'small', requiredInputs: { weight: 'bolder' }, optionalInputs: { weight: 'bolder' } },
    errorMessage: { color: 'attention', size: 'small' },
  },
  actions: {
    maxActions: 6,
    spacing: 'medium',
    buttonSpacing: 8,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    allowTitleToWrap: true,
  },
  /** One level below the headings of the pane and of the conversation. */
  textBlock: { headingLevel: 4 },
  factSet: { title: { weight: 'bolder', wrap: true }, value: { wrap: true }, spacing: 12 },
  textStyles: { heading: { weight: 'bolder', size: 'medium' } },
};
