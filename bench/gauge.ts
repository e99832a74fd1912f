// Preloaded into the product's process: reports its memory use to the bench. It changes nothing and triggers no garbage
// collection.
import { answering } from './channel.ts';

answering({ memory: () => process.memoryUsage() });
process.channel?.unref();
