import { adapterContract } from '../adapter-contract.ts';
import { slackHarness } from './harness.ts';

adapterContract(slackHarness);
