// Loaded ahead of the real process: tells the bench how much memory it holds. Changes nothing.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answering } from './channel.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

answering({
  memory() {
    collect();
    collect();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heapUsed };
  },
});
process.channel?.unref();
