// The page at `/`: who runs this service and what it stores. It has no actions.
import type { FastifyPluginAsync } from 'fastify';
import type { Pages } from './pages/pages.ts';

export function createAbout(pages: Pages): FastifyPluginAsync {
  const about = pages.about();
  return async (scope) => {
    scope.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(about));
  };
}
