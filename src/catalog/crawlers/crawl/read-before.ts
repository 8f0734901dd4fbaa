import type { Database } from '#platform/database'
import type { CrawlerTables } from '../schema.ts'
import type { FileSchema } from './file-schema.ts'
import type { FileInfo } from './tree.ts'

/** What a file holds, or why that cannot be told. */
export type Reading = { readonly schema: FileSchema } | { readonly reason: string }

/** What the crawls before this one read, for files that are what they were. */
export interface ReadBefore {
  get(file: FileInfo): Reading | undefined
  /** Remembers what this crawl read. Before `save` nothing is kept. */
  set(file: FileInfo, reading: Reading): void
  /** Keeps what this crawl met, and forgets the rest. */
  save(): Promise<void>
}

interface Remembered {
  readonly mark: string
  readonly reading: Reading
}

/** Rows written in one transaction. */
const chunk = 500

/** Remembers nothing: every file is read. */
export const nothingBefore: ReadBefore = {
  get: () => undefined,
  set: () => {},
  save: async () => {},
}

/** `means`: what else a reading hangs on, such as the classifiers; when it changes, all is read again. */
export async function loadReadBefore(
  database: Database,
  crawlerId: string,
  means: string,
): Promise<ReadBefore> {
  const rows = await database
    .tables<CrawlerTables>()
    .selectFrom('crawler_files')
    .selectAll()
    .where('crawler_id', '=', crawlerId)
    .execute()
  const before = new Map<string, Remembered>()
  for (const { path, mark, reading } of rows) {
    before.set(path, { mark, reading: JSON.parse(reading) as Reading })
  }
  const met = new Map<string, Remembered>()
  const markOf = (file: FileInfo) =>
    `${file.sizeBytes} ${file.lastModifiedMs} ${file.etag} ${means}`
  return {
    get: (file) => {
      const found = before.get(pathOf(file))
      if (found?.mark !== markOf(file)) return undefined
      met.set(pathOf(file), found)
      return found.reading
    },
    set: (file, reading) => void met.set(pathOf(file), { mark: markOf(file), reading }),
    save: () => save(database, crawlerId, met),
  }
}

async function save(
  database: Database,
  crawlerId: string,
  met: ReadonlyMap<string, Remembered>,
): Promise<void> {
  const rows = [...met].map(([path, { mark, reading }]) => ({
    crawler_id: crawlerId,
    path,
    mark,
    reading: JSON.stringify(reading),
  }))
  await database.transaction(async (tx) => {
    const db = tx.tables<CrawlerTables>()
    await db.deleteFrom('crawler_files').where('crawler_id', '=', crawlerId).execute()
  })
  // Cut off in between, the next crawl reads what is missing.
  for (let at = 0; at < rows.length; at += chunk) {
    await database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      await db
        .insertInto('crawler_files')
        .values(rows.slice(at, at + chunk))
        .execute()
    })
  }
}

function pathOf({ bucket, key }: FileInfo): string {
  return `${bucket}/${key}`
}
