import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before } from 'node:test'
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createObjectStore } from './create-object-store.ts'
import { migrations } from './migrations.ts'
import type { ObjectStore } from './object-store.ts'

type StoreOptions = Omit<Parameters<typeof createObjectStore>[0], 'database' | 'folder' | 'log'>

export const accountId = '111122223333'
export const region = 'us-east-1'

/** A store over a database and a folder of their own, which live as long as the tests of this file and may be closed and opened between. */
export class TemporaryStore {
  readonly #options: StoreOptions
  #folder = ''
  #database: Database | undefined
  #store: ObjectStore | undefined

  constructor(options: StoreOptions = { clock: systemClock }) {
    this.#options = options
    before(async () => {
      this.#folder = await mkdtemp(join(tmpdir(), 'boathouse-objects-'))
      await this.open()
    })
    after(async () => {
      await this.close()
      await rm(this.#folder, { recursive: true })
    })
  }

  get folder(): string {
    return this.#folder
  }

  get database(): Database {
    return this.#database!
  }

  get store(): ObjectStore {
    return this.#store!
  }

  async open(): Promise<void> {
    const log = silentLogger()
    const path = join(this.#folder, 'lake.db')
    const database = await openSqliteDatabase({ path, migrations, log })
    this.#database = database
    const folder = join(this.#folder, 'objects')
    this.#store = await createObjectStore({ ...this.#options, database, folder, log })
  }

  async close(): Promise<void> {
    await this.#store?.close()
    await this.#database?.close()
  }
  async bucket(name: string, versioning?: 'Enabled' | 'Suspended'): Promise<void> {
    await this.store.buckets.create({ accountId, region, name })
    if (versioning) await this.store.buckets.setVersioning(accountId, name, versioning)
  }

  put(bucket: string, key: string, text: string) {
    return this.store.putObject({ accountId, bucket, key, attributes: {} }, Buffer.from(text))
  }

  async text(bucket: string, key: string, versionId?: string): Promise<string> {
    const body = await this.store.read({ accountId, bucket, key, versionId })
    return (await buffer(body)).toString()
  }

  /** How many blobs there are, once what nobody can reach is gone. */
  async settled(): Promise<number> {
    await this.store.sweep()
    return (await this.store.check()).blobs
  }
}
