// Preloaded into the product's process: reports its memory and its processor time to the bench. It changes nothing and
// triggers no garbage collection. JavaScript, because a TypeScript file would load Node's compiler, which the product
// itself does not need.
const answers = {
  memory: () => process.memoryUsage(),
  processorMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
process.on('message', ({ nth, ask }) => {
  process.send?.(ask in answers ? { nth, answer: answers[ask]() } : { nth, error: `nobody answers ${ask}` });
});
process.channel?.unref();
