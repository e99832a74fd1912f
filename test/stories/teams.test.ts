import { describe } from 'vitest';
import { mainJob } from './main-job.ts';
import { expectTeamsUpheld, inTeams, inTeamsByName, teams } from './teams-platform.ts';

describe.concurrent('On Teams', () => {
  mainJob({ platform: teams, options: inTeams, approversByName: inTeamsByName, afterwards: expectTeamsUpheld });
});
