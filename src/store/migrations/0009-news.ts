// Migration 0009: which version of a request was the latest news for each viewer, and with which version a message was posted.
// Null is "none yet" and "not known": so older rows, and rows of a process of an earlier release, cause one new message at most.
import type { Kysely } from 'kysely';

export async function addNews(db: Kysely<unknown>): Promise<void> {
  for (const column of ['person_news', 'helpdesk_news']) {
    await db.schema.alterTable('flows').addColumn(column, 'integer').execute();
  }
  await db.schema.alterTable('surfaces').addColumn('posted_version', 'integer').execute();
}
