// An attack with many requests at once: like a story, but not concurrent with others, so that it slows none of them
// down.
import { it } from 'vitest';
import { slack } from '../stories/platform.ts';
import { runStory, type Scene, type StoryOptions } from '../stories/story.ts';

export function attack(title: string, tell: (scene: Scene) => Promise<void>, options: StoryOptions = {}): void {
  it(title, { timeout: 120_000 }, () => runStory(slack, title, tell, options));
}
