import { describe } from 'vitest';
import { mainJob } from './main-job.ts';
import { slack } from './platform.ts';

describe.concurrent('On Slack', () => {
  mainJob({
    platform: slack,
    options: {},
    approversByName: { helpdesk: 'channels: [slack:C0HELPDESK], approvers: { slack: [U0SAM, U0ADA] }' },
    afterwards: async () => undefined,
  });
});
