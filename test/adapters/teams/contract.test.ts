import { adapterContract } from '../adapter-contract.ts';
import { teamsBench } from './bench.ts';

adapterContract(teamsBench);
