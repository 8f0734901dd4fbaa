import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ManualClock } from '#kit'
import { TemporaryStore } from '../temporary-store.fixture.ts'
import type { ObjectAttributes } from '../versions.ts'
import type { LifecycleRule } from './rules.ts'

const accountId = '111122223333'
const dayMs = 24 * 60 * 60 * 1000
const startMs = Date.UTC(2026, 0, 1, 12)

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
describe('lifecycle rules', () => {
  const clock = new ManualClock(startMs)
  const lake = new TemporaryStore({ clock })

  const bucket = async (name: string, rule: Omit<LifecycleRule, 'Status'>, versioned = false) => {
    await lake.store.buckets.create({ accountId, region: 'us-east-1', name, objectLock: versioned })
    if (versioned) await lake.store.buckets.setVersioning(accountId, name, 'Enabled')
    const Rules = [{ Status: 'Enabled', ...rule }]
    await lake.store.settings.put(
      { accountId, bucket: name, name: 'lifecycle' },
      JSON.stringify({ Rules }),
    )
  }
  const put = (name: string, key: string, text = 'x', attributes: ObjectAttributes = {}) =>
    lake.store.putObject({ accountId, bucket: name, key, attributes }, Buffer.from(text))
  const keysOf = async (name: string) =>
    (await lake.store.list({ accountId, bucket: name, prefix: '', limit: 1000 })).objects.map(
      ({ key }) => key,
    )
  const versionsOf = async (name: string) =>
    (
      await lake.store.listVersions({ accountId, bucket: name, prefix: '', limit: 1000 })
    ).entries.map(({ row }) => `${row!.key}${row!.delete_marker === 1 ? ' marker' : ''}`)

  it('expires objects by days, at the midnight after them, under their prefix', async () => {
    await bucket('days', { Filter: { Prefix: 'log/' }, Expiration: { Days: 1 } })
    await put('days', 'log/old')
    await put('days', 'kept')
    clock.advance(dayMs)
    await put('days', 'log/new')
    await lake.store.applyLifecycle()
    assert.equal((await keysOf('days')).length, 3, 'a day is over, and midnight is not')
    clock.advance(dayMs / 2)
    await lake.store.applyLifecycle()
    assert.deepEqual(await keysOf('days'), ['kept', 'log/new'])
  })

  it('expires by date, by tags and by size', async () => {
    const Expiration = { Date: { $date: clock.now() - dayMs } }
    const tags = { kind: 'scrap', age: 'old' }
    const And = {
      Tags: [
        { Key: 'kind', Value: 'scrap' },
        { Key: 'age', Value: 'old' },
      ],
      ObjectSizeGreaterThan: 1,
      ObjectSizeLessThan: 5,
    }
    await bucket('filtered', { Filter: { And }, Expiration })
    await put('filtered', 'gone', 'four', { tags })
    await put('filtered', 'large', 'five!', { tags })
    await put('filtered', 'small', '1', { tags })
    await put('filtered', 'other', 'four', { tags: { kind: 'scrap' } })
    await put('filtered', 'untagged', 'four')
    await lake.store.applyLifecycle()
    assert.deepEqual(await keysOf('filtered'), ['large', 'other', 'small', 'untagged'])
  })

  it('hides what expires in a versioned bucket, then removes versions and markers', async () => {
    const rule = {
      Prefix: '',
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    }
    await bucket('versions', rule, true)
    await put('versions', 'a')
    clock.advance(2 * dayMs)
    await lake.store.applyLifecycle()
    assert.deepEqual(await versionsOf('versions'), ['a marker', 'a'])
    clock.advance(2 * dayMs)
    await lake.store.applyLifecycle()
    assert.deepEqual(await versionsOf('versions'), ['a marker'])
    await lake.store.applyLifecycle()
    assert.deepEqual(await versionsOf('versions'), [])
  })

  it('keeps the newest noncurrent versions that the rule wants kept, and locked ones', async () => {
    const expiration = { NoncurrentDays: 1, NewerNoncurrentVersions: 1 }
    await bucket('newer', { Prefix: '', NoncurrentVersionExpiration: expiration }, true)
    const lock = { mode: 'GOVERNANCE' as const, untilMs: clock.now() + 20 * dayMs }
    await put('newer', 'a', 'locked', { lock })
    await put('newer', 'a', 'held', { lock: { legalHold: true } })
    for (const text of ['gone', 'kept', 'current']) await put('newer', 'a', text)
    clock.advance(3 * dayMs)
    await lake.store.applyLifecycle()
    const { entries } = await lake.store.listVersions({
      accountId,
      bucket: 'newer',
      prefix: '',
      limit: 10,
    })
    assert.deepEqual(
      entries.map(({ row }) => row!.size_bytes),
      ['current', 'kept', 'held', 'locked'].map((text) => text.length),
    )
    clock.advance(20 * dayMs)
    await lake.store.applyLifecycle()
    assert.equal((await versionsOf('newer')).length, 3, 'the lock has ended, the hold has not')
  })

  it('removes delete markers that hide nothing, and no others', async () => {
    const Expiration = { ExpiredObjectDeleteMarker: true }
    await bucket('markers', { Prefix: '', Expiration }, true)
    await put('markers', 'hidden')
    await lake.store.delete({ accountId, bucket: 'markers', key: 'hidden' })
    await lake.store.delete({ accountId, bucket: 'markers', key: 'nothing' })
    await lake.store.applyLifecycle()
    assert.deepEqual(await versionsOf('markers'), ['hidden marker', 'hidden'])
  })

  it('aborts uploads that nobody completes', async () => {
    const rule = { Prefix: 'in/', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }
    await bucket('uploads', rule)
    const begin = (key: string) =>
      lake.store.uploads.create({
        accountId,
        bucket: 'uploads',
        key,
        initiator: 'arn',
        attributes: {},
        checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' },
        checksumAsked: false,
      })
    await begin('in/old')
    await begin('other')
    clock.advance(2 * dayMs)
    await begin('in/new')
    await lake.store.applyLifecycle()
    const page = { accountId, bucket: 'uploads', prefix: '', limit: 10 }
    const { entries } = await lake.store.listUploads(page)
    assert.deepEqual(
      entries.map(({ row }) => row!.key),
      ['in/new', 'other'],
    )
  })

  it('works through many versions in pages', async () => {
    await bucket('many', { Prefix: '', NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, true)
    const names = Array.from({ length: 450 }, (_, at) => `k${String(at).padStart(4, '0')}`)
    for (const _ of [1, 2, 3]) await Promise.all(names.map((key) => put('many', key)))
    clock.advance(2 * dayMs)
    await lake.store.applyLifecycle()
    const { entries } = await lake.store.listVersions({
      accountId,
      bucket: 'many',
      prefix: '',
      limit: 2000,
    })
    assert.deepEqual(
      entries.map(({ row }) => `${row!.key} ${row!.is_latest}`),
      names.map((key) => `${key} 1`),
    )
  })
})
