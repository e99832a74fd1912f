import { adapterContract } from '../adapter-contract.ts';
import { slackBench } from './bench.ts';

adapterContract(slackBench);
