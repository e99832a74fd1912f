// Loaded ahead of the real process: tells the bench how much memory it holds. Changes nothing and collects nothing.
import { answering } from './channel.ts';

answering({ memory: () => process.memoryUsage() });
process.channel?.unref();
