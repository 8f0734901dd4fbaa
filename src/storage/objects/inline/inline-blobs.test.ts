import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createObjectStore } from '../create-object-store.ts'
import type { ObjectTables } from '../tables.ts'
import { TemporaryStore } from '../temporary-store.fixture.ts'
import { migrations } from '../migrations.ts'
import { InlineBlobs } from './inline-blobs.ts'
import { isInlineId } from './inline-ids.ts'

const accountId = '111122223333'
const bucket = 'small-things'
const customerKey = Buffer.alloc(32, 'k')

describe('small blobs in the database', () => {
  const lake = new TemporaryStore()
  const ref = (key: string) => ({ accountId, bucket, key })
  const put = (key: string, bytes: Uint8Array, options: object = {}) =>
    lake.store.putObject({ ...ref(key), attributes: {}, ...options }, bytes)
  const bytesOf = async (key: string) => buffer(await lake.store.read(ref(key)))
  const heldIds = async () => {
    const db = lake.database.tables<ObjectTables>()
    const rows = await db.selectFrom('object_inline').select('blob_id').orderBy('id').execute()
    return rows.map((row) => row.blob_id)
  }
  const problems = async () => {
    const { orphaned, missing, corrupt } = await lake.store.check()
    return { orphaned, missing, corrupt }
  }
  const none = { orphaned: 0, missing: 0, corrupt: 0 }

  before(async () => {
    await lake.store.buckets.create({ accountId, region: 'us-east-1', name: bucket })
  })

  it('are committed with their row, read from memory and from the row, whole and in part', async () => {
    const row = await put('a', Buffer.from('what is small'))
    assert.ok(isInlineId(row.blob_id!))
    assert.deepEqual(await heldIds(), [row.blob_id])
    for (const _ of ['kept', 'read anew']) {
      assert.equal((await bytesOf('a')).toString(), 'what is small')
      const part = await buffer(await lake.store.read(ref('a'), { start: 8, end: 99 }))
      assert.equal(part.toString(), 'small')
      assert.deepEqual(await problems(), none)
      await lake.close()
      await lake.open()
    }
    const file = await lake.store.localFile(ref('a'))
    assert.equal(await readFile(file.path, 'utf8'), 'what is small')
    await file.release()
  })

  it('cost one message to the database, also when they replace others', async () => {
    const log = silentLogger()
    const path = join(lake.folder, 'counted.db')
    await using own = await openSqliteDatabase({ path, migrations, log })
    let runs = 0
    const counting: Database = {
      ...own,
      // What cannot run ahead runs once more.
      optimistic: (work) =>
        own.optimistic((tx) => {
          runs += 1
          return work(tx)
        }),
    }
    const place = {
      database: counting,
      folder: join(lake.folder, 'counted'),
      clock: systemClock,
      log,
    }
    await using counted = await createObjectStore(place)
    await counted.buckets.create({ accountId, region: 'us-east-1', name: bucket })
    for (const text of ['one', 'two', 'three']) {
      await counted.putObject({ ...ref('a'), attributes: {} }, Buffer.from(text))
    }
    assert.equal(runs, 3)
    await counted.remove(ref('a'))
    assert.equal(runs, 4)
  })

  it('go to the store in the background, sealed ones and copies too, and are the same there', async () => {
    const sealed = randomBytes(3000)
    await put('sealed', sealed, { encryption: { mode: 'customer', key: customerKey } })
    await put('nothing', Buffer.alloc(0))
    await put('cold', Buffer.from('cold'), { attributes: { storageClass: 'GLACIER_IR' } })
    const to = { source: ref('a'), ...ref('copy'), attributes: () => ({}) }
    const { copy } = await lake.store.copyObject(to)
    assert.ok(!isInlineId(copy.blob_id!))
    // What belongs in another place goes there at once.
    assert.equal((await heldIds()).length, 3)
    await lake.store.sweep()
    assert.deepEqual(await heldIds(), [])
    for (const key of ['a', 'copy', 'sealed', 'nothing', 'cold']) {
      assert.ok(!isInlineId((await lake.store.find(ref(key))).blob_id!), key)
    }
    assert.equal((await bytesOf('a')).toString(), 'what is small')
    const { body } = await lake.store.openObject({ ...ref('sealed'), customerKey }, () => undefined)
    assert.ok((await buffer(body)).equals(sealed))
    assert.deepEqual(await problems(), none)
  })

  it('are nowhere when their put was refused, and gone when they were replaced or deleted', async () => {
    const refused = put('a', Buffer.from('other'), { conditions: { ifNoneMatch: '*' } })
    await assert.rejects(refused, (error) => isLakeError(error, 'PreconditionFailed'))
    assert.deepEqual(await heldIds(), [])
    for (const text of ['first', 'second']) await put('replaced', Buffer.from(text))
    await put('deleted', Buffer.from('deleted'))
    await lake.store.delete(ref('deleted'))
    await lake.store.sweep()
    assert.equal((await bytesOf('replaced')).toString(), 'second')
    assert.deepEqual(await heldIds(), [])
    assert.deepEqual(await problems(), none)
  })

  it('are moved while they are put, replaced, read and deleted, and none is lost', async () => {
    const lane = async (name: number) => {
      let text = ''
      for (let number = 0; number < 60; number += 1) {
        text = `${name} ${number}`
        await put(`lane-${name}`, Buffer.from(text))
        assert.equal((await bytesOf(`lane-${name}`)).toString(), text)
        if (number % 7 === 0) await lake.store.delete(ref(`lane-${name}`))
      }
      return text
    }
    let isOver = false
    const moving = (async () => {
      while (!isOver) {
        await lake.store.sweep()
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const lanes = await Promise.all(Array.from({ length: 6 }, (_, name) => lane(name)))
    isOver = true
    await moving
    for (const [name, text] of lanes.entries()) {
      assert.equal((await bytesOf(`lane-${name}`)).toString(), text)
    }
    await lake.store.sweep()
    assert.deepEqual(await heldIds(), [])
    assert.deepEqual(await problems(), none)
    assert.deepEqual(await lake.store.recount(), [])
  })

  it('come in the row of what they replace, which can be read still by who had looked it up', async () => {
    const sizes = [4000, 4000, 9, 16_000, 4000]
    const bodies = sizes.map((size, at) => Buffer.alloc(size, `body ${at} `))
    await put('over', bodies[0]!)
    const [id] = (await heldIds()).slice(-1)
    for (const [at, next] of bodies.entries()) {
      // Read anew: what was kept in memory has gone.
      if (at === 3) {
        await lake.close()
        await lake.open()
      }
      const before = bodies[Math.max(at - 1, 0)]!
      const { row, body } = await lake.store.readObject(ref('over'), async (row) => {
        await put('over', next)
        assert.notEqual((await lake.store.find(ref('over'))).blob_id, row.blob_id)
        return undefined
      })
      assert.equal(row.size_bytes, before.length)
      assert.ok((body as Uint8Array).length === before.length && before.equals(body as Uint8Array))
      assert.ok((await bytesOf('over')).equals(next))
      const held = (await heldIds()).slice(-1)[0]!
      assert.equal(held.slice(0, 16), id!.slice(0, 16))
      assert.equal(held, (await lake.store.find(ref('over'))).blob_id)
      assert.deepEqual(await problems(), none)
    }
    await Promise.all(bodies.map((body) => put('over', body)))
    await Promise.all(
      bodies.map((body, at) =>
        put('over', body, at > 2 ? { conditions: { ifNoneMatch: '*' } } : {}).catch(() => 0),
      ),
    )
    await lake.store.sweep()
    assert.deepEqual(await problems(), none)
    assert.deepEqual(await lake.store.recount(), [])
    await lake.store.delete(ref('over'))
  })

  it('are not read when they are damaged', async () => {
    await put('damaged', Buffer.from('damaged'))
    await lake.close()
    await lake.open()
    await lake.database.transaction(async (tx) => {
      await sql`update object_inline set bytes = cast('demaged' as blob)`.execute(tx.tables())
    })
    const reading = lake.store.readObject(ref('damaged'), () => undefined)
    await assert.rejects(reading, (error) => isLakeError(error, 'BlobCorrupt'))
    assert.deepEqual(await problems(), { ...none, corrupt: 1 })
    await lake.store.delete(ref('damaged'))
    await lake.store.sweep()
  })

  it('are few and small: what is more goes to the store at once, and a full disk refuses', async () => {
    const limits = { blobBytesMax: 100, heldBytesMax: 640 }
    const inline = await InlineBlobs.open(lake.database, (sizeBytes) => sizeBytes !== 7, limits)
    assert.equal(inline.take(Buffer.alloc(101)), undefined)
    const first = inline.take(Buffer.alloc(100))!
    assert.equal(inline.take(Buffer.alloc(90)), undefined)
    assert.throws(
      () => inline.take(Buffer.alloc(7)),
      (error) => isLakeError(error, 'DiskFull'),
    )
    inline.giveUp(first)
    const second = inline.take(Buffer.alloc(51))!
    await lake.database.transaction((tx) => inline.insert(tx, second))
    const again = await InlineBlobs.open(lake.database, undefined, limits)
    assert.equal(again.heldBytes, inline.heldBytes)
    assert.ok(again.take(Buffer.alloc(3))!.blobId > second.blobId)
    const before = again.heldBytes
    await again.remove([second.blobId])
    assert.ok(again.heldBytes < before)
    // After a crash between: no error.
    await again.remove([second.blobId])
  })
})
