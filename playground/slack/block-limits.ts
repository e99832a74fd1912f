// What Slack refuses in a message, a modal or an App Home: counts, lengths, ids, required and unknown fields.
// Offline and strict: block types that it does not know are only counted, not checked. Sizes are those of the Block Kit
// reference.

import { isRecord, type Json, listOf, recordsOf, textOf } from '../json.ts';
import { checkElement, checkId, checkImage, checkKeys, checkLength, checkText, type Report } from './element-limits.ts';

export type Surface = 'message' | 'modal' | 'home';

const MAX_BLOCKS: { readonly [surface in Surface]: number } = { message: 50, modal: 100, home: 100 };
const MAX_VIEW_BYTES = 250_000;

/**
 * The problems that Slack would report for these blocks, or for this whole view, as `what is wrong [json-pointer:…]`.
 * An empty list means that Slack accepts it.
 */
export function blockProblems(surface: Surface, blocksOrView: unknown): string[] {
  const problems: string[] = [];
  const report: Report = (path, problem) => problems.push(`${problem} [json-pointer:${path}]`);
  if (Array.isArray(blocksOrView)) checkBlocks(surface, blocksOrView, '/blocks', report);
  else if (surface !== 'message' && isRecord(blocksOrView)) checkView(surface, blocksOrView, report);
  else report('/blocks', 'must be an array');
  return problems;
}

const VIEW_KEYS = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
const MODAL_KEYS = [...VIEW_KEYS, 'title', 'submit', 'close', 'clear_on_close', 'notify_on_close', 'submit_disabled'];

function checkView(surface: 'modal' | 'home', view: Json, report: Report): void {
  if (view['type'] !== surface) report('/view/type', `must be ${surface}`);
  checkKeys(view, surface === 'modal' ? MODAL_KEYS : VIEW_KEYS, '/view', report);
  checkLength(view['private_metadata'], 3000, '/view/private_metadata', report);
  checkLength(view['callback_id'], 255, '/view/callback_id', report);
  checkLength(view['external_id'], 255, '/view/external_id', report);
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES) report('/view', 'must be at most 250 kB');
  if (surface === 'modal') checkModalFrame(view, report);
  if (!Array.isArray(view['blocks'])) {
    report('/view/blocks', 'must be an array');
    return;
  }
  checkBlocks(surface, view['blocks'], '/view/blocks', report);
}

function checkModalFrame(view: Json, report: Report): void {
  checkText(view['title'], { max: 24, plain: true, required: true }, '/view/title', report);
  checkText(view['submit'], { max: 24, plain: true }, '/view/submit', report);
  checkText(view['close'], { max: 24, plain: true }, '/view/close', report);
  const hasInput = recordsOf(view['blocks']).some((block) => block['type'] === 'input');
  if (hasInput && !isRecord(view['submit'])) report('/view/submit', 'is required where a block is an input');
}

function checkBlocks(surface: Surface, blocks: readonly unknown[], path: string, report: Report): void {
  if (blocks.length > MAX_BLOCKS[surface])
    report(path, `must have at most ${MAX_BLOCKS[surface]} blocks, has ${blocks.length}`);
  const seen = new Set<string>();
  blocks.forEach((block, index) => {
    const at = `${path}/${index}`;
    if (!isRecord(block)) {
      report(at, 'must be a block');
      return;
    }
    const id = textOf(block['block_id']);
    if (id !== undefined && seen.has(id)) report(`${at}/block_id`, `"${id}" is used twice`);
    if (id !== undefined) seen.add(id);
    checkBlock(surface, block, at, report);
  });
  checkTogether(blocks.filter(isRecord), path, report);
}

/** Limits over all blocks of one message or view. */
function checkTogether(blocks: readonly Json[], path: string, report: Report): void {
  const markdown = blocks.filter((block) => block['type'] === 'markdown');
  const characters = markdown.reduce((sum, block) => sum + (textOf(block['text'])?.length ?? 0), 0);
  if (characters > 12_000) report(path, `markdown must be at most 12000 characters together, has ${characters}`);
  if (blocks.filter((block) => block['type'] === 'table').length > 1) report(path, 'must have at most one table');
  const focused = blocks.flatMap(elementsIn).filter((element) => element['focus_on_load'] === true);
  if (focused.length > 1) report(path, 'must have at most one element with focus_on_load');
}

/** The interactive elements in a block, in their order. */
export function elementsIn(block: Json): readonly Json[] {
  return [...recordsOf(block['elements']), ...[block['accessory'], block['element']].filter(isRecord)];
}

const SELECTS = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((source) => [
  `${source}_select`,
  `multi_${source}_select`,
]);
const CHOOSERS = [...SELECTS, 'checkboxes', 'radio_buttons', 'datepicker', 'timepicker'];
const IN_ACTIONS = [...CHOOSERS, 'datetimepicker', 'button', 'workflow_button', 'overflow', 'rich_text_input'];
const IN_SECTION = [...CHOOSERS, 'button', 'workflow_button', 'overflow', 'image'];
const IN_INPUT = [
  ...CHOOSERS,
  'datetimepicker',
  'plain_text_input',
  'number_input',
  'email_text_input',
  'url_text_input',
  'rich_text_input',
  'file_input',
];

type Check = (block: Json, path: string, report: Report) => void;
type BlockRule = {
  readonly keys: readonly string[] | undefined;
  readonly on?: readonly Surface[];
  readonly check: Check;
};

const uncounted: Check = () => undefined;
const counted =
  (key: string, max: number): Check =>
  (block, path, report) =>
    checkCount(block[key], 1, max, `${path}/${key}`, report);

const BLOCKS: { readonly [type: string]: BlockRule } = {
  actions: { keys: ['elements'], check: checkActions },
  alert: { keys: ['text', 'level'], check: checkAlert },
  card: { keys: undefined, check: uncounted },
  carousel: { keys: undefined, check: counted('elements', 10) },
  container: { keys: undefined, check: counted('child_blocks', 10) },
  context: { keys: ['elements'], check: checkContext },
  context_actions: { keys: ['elements'], on: ['message'], check: counted('elements', 5) },
  data_table: { keys: undefined, check: uncounted },
  divider: { keys: [], check: uncounted },
  header: {
    keys: ['text'],
    check: (block, path, report) =>
      checkText(block['text'], { max: 150, plain: true, required: true }, `${path}/text`, report),
  },
  image: {
    keys: ['image_url', 'slack_file', 'alt_text', 'title'],
    check: (block, path, report) => {
      checkImage(block, path, report);
      checkText(block['title'], { max: 2000, plain: true }, `${path}/title`, report);
    },
  },
  input: { keys: ['label', 'element', 'hint', 'optional', 'dispatch_action'], check: checkInput },
  markdown: {
    keys: ['text'],
    on: ['message'],
    check: (block, path, report) => checkLength(block['text'] ?? null, 12_000, `${path}/text`, report, 1),
  },
  plan: { keys: undefined, on: ['message'], check: uncounted },
  rich_text: { keys: ['elements'], check: uncounted },
  section: { keys: ['text', 'fields', 'accessory', 'expand'], check: checkSection },
  table: { keys: ['rows', 'column_settings'], on: ['message'], check: checkTable },
  task_card: { keys: undefined, on: ['message'], check: uncounted },
  video: { keys: undefined, check: uncounted },
};

function checkBlock(surface: Surface, block: Json, path: string, report: Report): void {
  const type = textOf(block['type']) ?? '';
  const rule = BLOCKS[type];
  if (rule === undefined) {
    report(path, `unsupported type: ${type}`);
    return;
  }
  if (rule.on !== undefined && !rule.on.includes(surface)) {
    report(path, `${type} does not stand in a ${surface}`);
    return;
  }
  checkId(block['block_id'], `${path}/block_id`, report);
  if (rule.keys !== undefined) checkKeys(block, ['type', 'block_id', ...rule.keys], path, report);
  rule.check(block, path, report);
}

function checkCount(value: unknown, min: number, max: number, path: string, report: Report): void {
  const count = listOf(value).length;
  if (!Array.isArray(value)) report(path, 'must be an array');
  else if (count < min || count > max) report(path, `must have ${min} to ${max} items, has ${count}`);
}

function checkActions(block: Json, path: string, report: Report): void {
  checkCount(block['elements'], 1, 25, `${path}/elements`, report);
  const seen = new Set<string>();
  listOf(block['elements']).forEach((element, index) => {
    const at = `${path}/elements/${index}`;
    checkElement(element, IN_ACTIONS, at, report);
    const id = isRecord(element) ? textOf(element['action_id']) : undefined;
    if (id !== undefined && seen.has(id)) report(`${at}/action_id`, `"${id}" is used twice`);
    if (id !== undefined) seen.add(id);
  });
}

function checkAlert(block: Json, path: string, report: Report): void {
  checkText(block['text'], { max: 3000, required: true }, `${path}/text`, report);
  const levels = [undefined, 'default', 'info', 'warning', 'error', 'success'];
  if (!levels.includes(block['level'] as string | undefined)) report(`${path}/level`, 'is not a level');
}

function checkContext(block: Json, path: string, report: Report): void {
  checkCount(block['elements'], 1, 10, `${path}/elements`, report);
  listOf(block['elements']).forEach((element, index) => {
    const at = `${path}/elements/${index}`;
    if (isRecord(element) && element['type'] === 'image') checkElement(element, ['image'], at, report);
    else checkText(element, { max: 3000, required: true }, at, report);
  });
}

function checkInput(block: Json, path: string, report: Report): void {
  checkText(block['label'], { max: 2000, plain: true, required: true }, `${path}/label`, report);
  checkText(block['hint'], { max: 2000, plain: true }, `${path}/hint`, report);
  checkElement(block['element'], IN_INPUT, `${path}/element`, report);
}

function checkSection(block: Json, path: string, report: Report): void {
  if (block['text'] === undefined && block['fields'] === undefined) report(path, 'needs text or fields');
  checkText(block['text'], { max: 3000 }, `${path}/text`, report);
  if (block['fields'] !== undefined) checkCount(block['fields'], 1, 10, `${path}/fields`, report);
  listOf(block['fields']).forEach((field, index) => {
    checkText(field, { max: 2000, required: true }, `${path}/fields/${index}`, report);
  });
  if (block['accessory'] !== undefined) checkElement(block['accessory'], IN_SECTION, `${path}/accessory`, report);
}

function checkTable(block: Json, path: string, report: Report): void {
  checkCount(block['rows'], 1, 100, `${path}/rows`, report);
  listOf(block['rows']).forEach((row, index) => {
    checkCount(row, 1, 20, `${path}/rows/${index}`, report);
  });
}
