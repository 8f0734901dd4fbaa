import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { migrations } from '../migrations.ts'
import { checksumOf } from '../checksums.ts'
import { createObjectStore } from '../create-object-store.ts'
import type { ObjectStore } from '../object-store.ts'
import type { Place } from '../places/place.ts'
import type { EncryptionKeys } from './object-encryption.ts'

const accountId = '111122223333'
const bucket = 'sealed'
const mask = randomBytes(32)
const masked = (bytes: Uint8Array) => Buffer.from(bytes.map((byte, at) => byte ^ mask[at]!))
const noKms = () => Promise.reject(new Error('there is no KMS here'))
const keys: EncryptionKeys = {
  seal: masked,
  unseal: masked,
  kmsKey: noKms,
  kmsSeal: noKms,
  kmsUnseal: noKms,
}

describe('a store that encrypts by default', () => {
  let folder: string
  let database: Database
  let store: ObjectStore
  const ref = { accountId, bucket, key: 'table/file.parquet' }
  const links = () => readdir(join(folder, 'objects', 'links'))
  const open = async (cold?: Place) => {
    store = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: new ManualClock(Date.UTC(2026, 0, 1)),
      log: silentLogger(),
      keys,
      encryptByDefault: true,
      places: { cacheBytesMax: 0, cold },
    })
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-local-'))
    const path = join(folder, 'lake.db')
    database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    await open()
    await store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  })

  after(async () => {
    await store.close()
    await database.close()
    await rm(folder, { recursive: true })
  })

  it('encrypts a file that it takes over', async () => {
    const rows = randomBytes(200_000)
    const path = join(store.temporaryFolder, 'out.parquet')
    await writeFile(path, rows)
    const blob = await store.stageFile(path, ref)
    assert.equal(blob.encryption!.mode, 'AES256')
    assert.deepEqual(blob.checksum, { algorithm: 'CRC32', value: await checksumOf('CRC32', rows) })
    await assert.rejects(stat(path), { code: 'ENOENT' })
    await database.transaction((tx) => store.publish(tx, { ...ref, blob }))
    const file = await store.localFile(ref)
    assert.ok((await readFile(file.path)).equals(rows))
    await file.release()
  })

  it('shows the engine a decrypted file only until it is released', async () => {
    await store.put(ref, Buffer.from('rows'))
    const [one, two] = [await store.localFile(ref), await store.localFile(ref)]
    assert.equal(await readFile(one.path, 'utf8'), 'rows')
    assert.equal((await stat(one.path)).mode & 0o077, 0)
    await one.release()
    await store.delete(ref)
    assert.equal(await readFile(two.path, 'utf8'), 'rows')
    await two.release()
    assert.deepEqual(await links(), [])
  })

  it('does the same with what lies in the second place', async () => {
    await store.close()
    await open({ kind: 'folder', path: join(folder, 'cold') })
    const attributes = { storageClass: 'STANDARD_IA' }
    const bytes = randomBytes(300_000)
    const row = await store.putObject({ ...ref, attributes }, bytes)
    assert.match(row.blob_id!, /^cold-/)
    const file = await store.localFile(ref)
    assert.ok((await readFile(file.path)).equals(bytes))
    assert.equal((await links()).length, 1)
    await file.release()
    assert.deepEqual(await links(), [])
    await store.close()
    await assert.rejects(open(), (error) => isLakeError(error, 'PlaceChanged'))
    await open({ kind: 'folder', path: join(folder, 'cold') })
    await store.delete(ref)
    await store.sweep()
    await store.close()
    await open()
  })

  it('wipes at stop and at start what was not released', async () => {
    await store.put(ref, Buffer.from('rows'))
    await store.localFile(ref)
    await store.close()
    await assert.rejects(links(), { code: 'ENOENT' })
    await open()
    await writeFile(join(folder, 'objects', 'links', 'left-by-a-crash'), 'rows')
    await store.close()
    await open()
    assert.deepEqual(await links(), [])
    const file = await store.localFile(ref)
    assert.equal(await readFile(file.path, 'utf8'), 'rows')
    await file.release()
  })
})
