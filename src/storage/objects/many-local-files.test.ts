import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createObjectStore } from './create-object-store.ts'
import { migrations } from './migrations.ts'
import type { ObjectStore } from './object-store.ts'

const accountId = '111122223333'

describe('many local files at once', () => {
  let folder: string
  let database: Database
  let store: ObjectStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-many-'))
    const path = join(folder, 'lake.db')
    database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    const mask = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
    const noKms = () => Promise.reject(new Error('there is no KMS here'))
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: new ManualClock(Date.UTC(2026, 0, 1)),
      log: silentLogger(),
      keys: { seal: mask, unseal: mask, kmsKey: noKms, kmsSeal: noKms, kmsUnseal: noKms },
    })
    await store.buckets.create({ accountId, region: 'us-east-1', name: 'files' })
  })
  after(async () => {
    await store.close()
    await database.close()
    await rm(folder, { recursive: true })
  })

  const refOf = (key: string) => ({ accountId, bucket: 'files', key })
  const links = () => readdir(join(folder, 'objects', 'links'))
  const random = (below: number) => Math.floor(Math.random() * below)

  it('are those that each would be alone, whatever has changed since the last time', async () => {
    const contents = new Map<string, Buffer>()
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`)
    const write = async (key: string) => {
      // Some lie in packs, some in files of their own; some are encrypted.
      const bytes = randomBytes(random(2) === 0 ? 1 + random(1000) : 200_000 + random(1000))
      const encryption = random(4) === 0 ? ({ mode: 'AES256' } as const) : undefined
      await store.put({ ...refOf(key), ...(encryption ? { encryption } : {}) }, bytes)
      contents.set(key, bytes)
    }
    for (const key of keys) await write(key)
    for (let round = 0; round < 8; round += 1) {
      for (const key of keys) if (random(4) === 0) await write(key)
      const asked = keys.filter(() => random(3) > 0)
      const many = await store.localFiles(asked.map(refOf))
      const each = await Promise.all(asked.map((key) => store.localFile(refOf(key))))
      for (const [at, key] of asked.entries()) {
        const { path, isKept } = many.files[at]!
        assert.ok((await readFile(path)).equals(contents.get(key)!), key)
        assert.equal(isKept, each[at]!.isKept)
        // What is kept is one file for all; what is not is everyone's own.
        assert.equal(path === each[at]!.path, isKept)
      }
      await Promise.all([many.release(), ...each.map((file) => file.release())])
    }
  })

  it('stay readable when their objects are deleted, until they are released', async () => {
    const keys = ['gone', 'sealed']
    await store.put(refOf('gone'), Buffer.from('gone'))
    await store.put({ ...refOf('sealed'), encryption: { mode: 'AES256' } }, Buffer.from('sealed'))
    const many = await store.localFiles(keys.map(refOf))
    for (const key of keys) await store.delete(refOf(key))
    await store.sweep()
    for (const [at, key] of keys.entries()) {
      assert.equal(await readFile(many.files[at]!.path, 'utf8'), key)
    }
    await many.release()
    await assert.rejects(readFile(many.files[1]!.path), { code: 'ENOENT' })
  })

  it('are all or none', async () => {
    for (const key of ['a', 'b']) {
      await store.put({ ...refOf(key), encryption: { mode: 'AES256' } }, Buffer.from(key))
    }
    const before = await links()
    await assert.rejects(store.localFiles(['a', 'missing', 'b'].map(refOf)), (error) =>
      isLakeError(error, 'NoSuchKey'),
    )
    assert.deepEqual(await links(), before)
    await assert.rejects(
      store.localFiles([{ ...refOf('a'), accountId: '444455556666' }]),
      (error) => isLakeError(error, 'AccessDenied'),
    )
    assert.deepEqual((await store.localFiles([])).files, [])
  })
})
