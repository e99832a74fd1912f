// Preloaded into the product's process: reports its memory use to the bench. It changes nothing and triggers no garbage
// collection. JavaScript, because a TypeScript file would load Node's compiler, which the product itself does not need.
process.on('message', ({ nth, ask }) => {
  process.send?.(ask === 'memory' ? { nth, answer: process.memoryUsage() } : { nth, error: `nobody answers ${ask}` });
});
process.channel?.unref();
