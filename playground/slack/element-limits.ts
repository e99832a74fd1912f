// What Slack refuses in the elements and small objects inside blocks. Sizes are those of Slack's Block Kit reference.
// It reports problems and corrects none.
import { isRecord, type Json, listOf, recordsOf, textOf } from '../json.ts';

export type Report = (path: string, problem: string) => void;

export function checkKeys(value: Json, allowed: readonly string[], path: string, report: Report): void {
  for (const key of Object.keys(value)) if (!allowed.includes(key)) report(path, `unexpected property "${key}"`);
}

export function checkLength(value: unknown, max: number, path: string, report: Report, min = 0): void {
  if (value === undefined) return;
  if (typeof value !== 'string') {
    report(path, 'must be a string');
    return;
  }
  if (value.length < min) report(path, `must have at least ${min} character${min === 1 ? '' : 's'}`);
  if (value.length > max) report(path, `must be at most ${max} characters, has ${value.length}`);
}

export function checkId(value: unknown, path: string, report: Report): void {
  checkLength(value, 255, path, report, 1);
}

export type TextRule = { readonly max: number; readonly plain?: boolean; readonly required?: boolean };

export function checkText(value: unknown, rule: TextRule, path: string, report: Report): void {
  if (value === undefined || value === null) {
    if (rule.required === true) report(path, 'is required');
    return;
  }
  if (!isRecord(value)) {
    report(path, 'must be a text object');
    return;
  }
  const plain = value['type'] === 'plain_text';
  if (!plain && value['type'] !== 'mrkdwn') {
    report(`${path}/type`, 'must be plain_text or mrkdwn');
    return;
  }
  if (rule.plain === true && !plain) report(`${path}/type`, 'must be plain_text');
  checkKeys(value, ['type', 'text', plain ? 'emoji' : 'verbatim'], path, report);
  if (typeof value['text'] !== 'string') {
    report(`${path}/text`, 'must be a string');
    return;
  }
  checkLength(value['text'], rule.max, `${path}/text`, report, 1);
}

const BASE = ['type', 'action_id', 'confirm', 'focus_on_load', 'placeholder'];
const SELECT_SOURCES: { readonly [kind: string]: readonly string[] } = {
  static: ['options', 'option_groups', 'initial_option', 'initial_options'],
  external: ['min_query_length', 'initial_option', 'initial_options'],
  users: ['initial_user', 'initial_users'],
  conversations: [
    'initial_conversation',
    'initial_conversations',
    'default_to_current_conversation',
    'filter',
    'response_url_enabled',
  ],
  channels: ['initial_channel', 'initial_channels', 'response_url_enabled'],
};

/** Every element type that the checker knows, with its permitted properties. */
const ELEMENT_KEYS: { readonly [type: string]: readonly string[] } = {
  button: ['type', 'action_id', 'confirm', 'text', 'value', 'url', 'style', 'accessibility_label'],
  image: ['type', 'image_url', 'slack_file', 'alt_text'],
  overflow: ['type', 'action_id', 'confirm', 'options'],
  radio_buttons: ['type', 'action_id', 'confirm', 'focus_on_load', 'options', 'initial_option'],
  checkboxes: ['type', 'action_id', 'confirm', 'focus_on_load', 'options', 'initial_options'],
  datepicker: [...BASE, 'initial_date'],
  timepicker: [...BASE, 'initial_time', 'timezone'],
  datetimepicker: ['type', 'action_id', 'confirm', 'focus_on_load', 'initial_date_time'],
  plain_text_input: [
    'type',
    'action_id',
    'placeholder',
    'focus_on_load',
    'dispatch_action_config',
    'initial_value',
    'multiline',
    'min_length',
    'max_length',
  ],
  number_input: [
    'type',
    'action_id',
    'placeholder',
    'focus_on_load',
    'dispatch_action_config',
    'initial_value',
    'is_decimal_allowed',
    'min_value',
    'max_value',
  ],
  email_text_input: ['type', 'action_id', 'placeholder', 'focus_on_load', 'dispatch_action_config', 'initial_value'],
  url_text_input: ['type', 'action_id', 'placeholder', 'focus_on_load', 'dispatch_action_config', 'initial_value'],
  rich_text_input: ['type', 'action_id', 'placeholder', 'focus_on_load', 'dispatch_action_config', 'initial_value'],
  file_input: ['type', 'action_id', 'filetypes', 'max_files'],
  workflow_button: ['type', 'action_id', 'text', 'workflow', 'style', 'accessibility_label', 'confirm'],
  ...Object.fromEntries(
    Object.entries(SELECT_SOURCES).flatMap(([source, keys]) => [
      [`${source}_select`, [...BASE, ...keys]],
      [`multi_${source}_select`, [...BASE, ...keys, 'max_selected_items']],
    ]),
  ),
};

/** Checks one element; `allowed` are the types that are permitted in this place. */
export function checkElement(value: unknown, allowed: readonly string[], path: string, report: Report): void {
  if (!isRecord(value)) {
    report(path, 'must be an element');
    return;
  }
  const type = textOf(value['type']) ?? '';
  const keys = ELEMENT_KEYS[type];
  if (keys === undefined || !allowed.includes(type)) {
    report(path, `unsupported element "${type}"`);
    return;
  }
  checkKeys(value, keys, path, report);
  checkId(value['action_id'], `${path}/action_id`, report);
  checkText(value['placeholder'], { max: 150, plain: true }, `${path}/placeholder`, report);
  checkConfirm(value['confirm'], `${path}/confirm`, report);
  if (type === 'button' || type === 'workflow_button') checkButton(value, path, report);
  else if (type === 'image') checkImage(value, path, report);
  else if (type === 'plain_text_input') checkTextInput(value, path, report);
  else if (type === 'number_input') checkNumberInput(value, path, report);
  else if (type === 'datepicker')
    checkPattern(value['initial_date'], /^\d{4}-\d\d-\d\d$/, `${path}/initial_date`, report);
  else if (type === 'timepicker') checkPattern(value['initial_time'], /^\d\d:\d\d$/, `${path}/initial_time`, report);
  else if (type in OPTION_RULES) checkChoices(value, type, path, report);
}

function checkButton(button: Json, path: string, report: Report): void {
  checkText(button['text'], { max: 75, plain: true, required: true }, `${path}/text`, report);
  checkLength(button['value'], 2000, `${path}/value`, report);
  checkLength(button['url'], 3000, `${path}/url`, report, 1);
  checkLength(button['accessibility_label'], 75, `${path}/accessibility_label`, report);
  if (typeof button['url'] === 'string' && !URL.canParse(button['url'])) report(`${path}/url`, 'must be a valid URL');
  checkStyle(button['style'], `${path}/style`, report);
}

function checkStyle(style: unknown, path: string, report: Report): void {
  if (style !== undefined && style !== 'primary' && style !== 'danger') report(path, 'must be primary or danger');
}

export function checkImage(image: Json, path: string, report: Report): void {
  if ((image['image_url'] === undefined) === (image['slack_file'] === undefined))
    report(path, 'needs exactly one of image_url and slack_file');
  checkLength(image['image_url'], 3000, `${path}/image_url`, report, 1);
  if (image['alt_text'] === undefined) report(`${path}/alt_text`, 'is required');
  checkLength(image['alt_text'], 2000, `${path}/alt_text`, report);
}

function checkTextInput(input: Json, path: string, report: Report): void {
  const [min, max] = [input['min_length'], input['max_length']];
  if (min !== undefined && !isWithin(min, 0, 3000)) report(`${path}/min_length`, 'must be between 0 and 3000');
  if (max !== undefined && !isWithin(max, 1, 3000)) report(`${path}/max_length`, 'must be between 1 and 3000');
  if (typeof min === 'number' && typeof max === 'number' && min > max) report(path, 'min_length exceeds max_length');
  checkLength(input['initial_value'], typeof max === 'number' ? max : 3000, `${path}/initial_value`, report);
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function checkNumberInput(input: Json, path: string, report: Report): void {
  if (typeof input['is_decimal_allowed'] !== 'boolean') report(`${path}/is_decimal_allowed`, 'is required');
  for (const key of ['initial_value', 'min_value', 'max_value'])
    checkPattern(input[key], /^-?\d+(\.\d+)?$/, `${path}/${key}`, report);
}

function checkPattern(value: unknown, pattern: RegExp, path: string, report: Report): void {
  if (value !== undefined && !(typeof value === 'string' && pattern.test(value))) report(path, 'has the wrong format');
}

/** For each kind: how many options it takes, whether their text may be mrkdwn, whether they may contain a link. */
const OPTION_RULES: { readonly [type: string]: { readonly max: number; readonly plain: boolean } } = {
  overflow: { max: 5, plain: true },
  radio_buttons: { max: 10, plain: false },
  checkboxes: { max: 10, plain: false },
  static_select: { max: 100, plain: true },
  multi_static_select: { max: 100, plain: true },
};

function checkChoices(element: Json, type: string, path: string, report: Report): void {
  const rule = OPTION_RULES[type];
  if (rule === undefined) return;
  const groups = element['option_groups'];
  if ((element['options'] === undefined) === (groups === undefined)) {
    report(path, 'needs exactly one of options and option_groups');
    return;
  }
  if (groups === undefined) checkOptions(element['options'], rule, type, `${path}/options`, report);
  else checkGroups(groups, rule, type, `${path}/option_groups`, report);
  checkInitial(element, path, report);
}

function checkGroups(
  value: unknown,
  rule: { max: number; plain: boolean },
  type: string,
  path: string,
  report: Report,
) {
  const groups = recordsOf(value);
  if (groups.length < 1 || groups.length > 100) report(path, `must have 1 to 100 groups, has ${groups.length}`);
  groups.forEach((group, index) => {
    checkText(group['label'], { max: 75, plain: true, required: true }, `${path}/${index}/label`, report);
    checkOptions(group['options'], rule, type, `${path}/${index}/options`, report);
  });
}

function checkOptions(
  value: unknown,
  rule: { max: number; plain: boolean },
  type: string,
  path: string,
  report: Report,
) {
  const options = listOf(value);
  if (options.length < 1 || options.length > rule.max)
    report(path, `must have 1 to ${rule.max} options, has ${options.length}`);
  options.forEach((option, index) => {
    const at = `${path}/${index}`;
    if (!isRecord(option)) {
      report(at, 'must be an option');
      return;
    }
    checkKeys(option, ['text', 'value', 'description', ...(type === 'overflow' ? ['url'] : [])], at, report);
    checkText(option['text'], { max: 75, plain: rule.plain, required: true }, `${at}/text`, report);
    checkText(option['description'], { max: 75 }, `${at}/description`, report);
    if (option['value'] === undefined) report(`${at}/value`, 'is required');
    checkLength(option['value'], 75, `${at}/value`, report);
    checkLength(option['url'], 3000, `${at}/url`, report, 1);
  });
}

function checkInitial(element: Json, path: string, report: Report): void {
  const options = [
    ...listOf(element['options']),
    ...recordsOf(element['option_groups']).flatMap((group) => listOf(group['options'])),
  ].map((option) => JSON.stringify(option));
  const initial = element['initial_option'] === undefined ? [] : [element['initial_option']];
  if (Array.isArray(element['initial_options']) && element['initial_options'].length === 0)
    report(`${path}/initial_options`, 'must not be empty');
  for (const option of [...initial, ...listOf(element['initial_options'])])
    if (!options.includes(JSON.stringify(option))) report(path, 'the initial option is not exactly one of the options');
}

function checkConfirm(value: unknown, path: string, report: Report): void {
  if (value === undefined) return;
  if (!isRecord(value)) {
    report(path, 'must be a confirmation dialog');
    return;
  }
  checkKeys(value, ['title', 'text', 'confirm', 'deny', 'style'], path, report);
  checkText(value['title'], { max: 100, plain: true, required: true }, `${path}/title`, report);
  checkText(value['text'], { max: 300, required: true }, `${path}/text`, report);
  checkText(value['confirm'], { max: 30, plain: true, required: true }, `${path}/confirm`, report);
  checkText(value['deny'], { max: 30, plain: true, required: true }, `${path}/deny`, report);
  checkStyle(value['style'], `${path}/style`, report);
}
