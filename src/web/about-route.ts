// What stands at the address itself: a page that says who runs this and what it keeps. Nothing can be done on it.
import type { FastifyPluginAsync } from 'fastify';
import type { Pages } from './pages/pages.ts';

export function createAbout(pages: Pages): FastifyPluginAsync {
  const about = pages.about();
  return async (scope) => {
    scope.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(about));
  };
}
