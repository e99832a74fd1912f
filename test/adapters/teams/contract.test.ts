import { adapterContract } from '../adapter-contract.ts';
import { teamsHarness } from './harness.ts';

adapterContract(teamsHarness);
