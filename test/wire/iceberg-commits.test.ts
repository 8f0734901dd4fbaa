import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll } from '#test/harness'
import { append, peopleSchema, type RestResponse, startCatalog } from './iceberg-client.ts'

const { lake, rest, s3, createTable } = await startCatalog()
after(() => lake.stop())

/** Commits that race: https://iceberg.apache.org/spec/#optimistic-concurrency */
describe('commits of many writers', () => {
  const make = async (name: string, properties: object = {}) => {
    await createTable(name, { properties })
    return `/v1/namespaces/db/tables/${name}`
  }
  const metadataFiles = async (location: string) => {
    const Prefix = `${location.slice('s3://lake/'.length)}/metadata/`
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }))
    return (Contents ?? []).map(({ Key }) => Key!.slice(Prefix.length)).toSorted()
  }

  /** As a client does it: load, build on what is there, commit; when somebody was faster, again. */
  const appendOnce = async (path: string, id: bigint): Promise<RestResponse> => {
    const { metadata } = (await rest('GET', path)).json
    const current = metadata['current-snapshot-id']
    const parent = current === -1 ? undefined : BigInt(current)
    return rest('POST', path, {
      requirements: [
        { type: 'assert-table-uuid', uuid: metadata['table-uuid'] },
        { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': parent ?? null },
      ],
      updates: append({ id, parent, sequence: metadata['last-sequence-number'] + 1 }),
    })
  }

  it('all succeed with retries, each told when it lost, and nothing is lost or left over', async () => {
    const path = await make('busy')
    const writers = 16
    const each = 2
    let lost = 0
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let number = 0; number < each; number++) {
          const id = BigInt(1000 * (writer + 1) + number)
          for (;;) {
            const { status, json } = await appendOnce(path, id)
            if (status === 200) break
            assert.deepEqual([status, json.error.type], [409, 'CommitFailedException'])
            lost++
          }
        }
      }),
    )
    const { metadata } = (await rest('GET', path)).json
    assert.equal(metadata.snapshots.length, writers * each)
    assert.equal(metadata['last-sequence-number'], writers * each)
    assert.deepEqual(
      metadata.snapshots.map((snapshot: Record<string, unknown>) => snapshot['sequence-number']),
      Array.from({ length: writers * each }, (_, at) => at + 1),
    )
    // A chain: each snapshot has the one before it as its parent.
    for (const [at, snapshot] of metadata.snapshots.entries()) {
      assert.equal(snapshot['parent-snapshot-id'], metadata.snapshots[at - 1]?.['snapshot-id'])
    }
    assert.ok(lost > 0, 'the writers raced')
    const files = await metadataFiles(metadata.location)
    assert.equal(files.length, writers * each + 1, 'a lost commit leaves no file')
    assert.deepEqual(
      files.map((name) => Number(name.slice(0, 5))),
      files.map((_, at) => at),
    )
  })

  it('of two from the same state one wins, whichever way they come', async () => {
    const path = await make('duel')
    for (let round = 1; round <= 10; round++) {
      const { metadata } = (await rest('GET', path)).json
      const current = metadata['current-snapshot-id']
      const parent = current === -1 ? undefined : BigInt(current)
      const shot = (id: bigint) => ({
        requirements: [
          { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': parent ?? null },
        ],
        updates: append({ id, parent, sequence: round }),
      })
      const identifier = { namespace: ['db'], name: 'duel' }
      const both = await Promise.all([
        rest('POST', path, shot(BigInt(round * 10 + 1))),
        rest('POST', '/v1/transactions/commit', {
          'table-changes': [{ identifier, ...shot(BigInt(round * 10 + 2)) }],
        }),
      ])
      const statuses = both.map(({ status }) => (status === 204 ? 200 : status))
      assert.deepEqual(statuses.toSorted(), [200, 409])
      const after = (await rest('GET', path)).json.metadata
      assert.equal(after.snapshots.length, round)
    }
  })

  it('changes that do not touch each other all come through at the first attempt', async () => {
    const path = await make('properties')
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        rest('POST', path, {
          requirements: [],
          updates: [{ action: 'set-properties', updates: { [`p${at}`]: String(at) } }],
        }),
      ),
    )
    assert.ok(answers.every(({ status }) => status === 200))
    const { properties } = (await rest('GET', path)).json.metadata
    assert.equal(Object.keys(properties).filter((name) => /^p\d+$/.test(name)).length, 16)
  })

  it('of many that create a table one does', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        rest('POST', '/v1/namespaces/db/tables', { name: 'only', schema: peopleSchema }),
      ),
    )
    const statuses = answers.map(({ status }) => status).toSorted()
    assert.deepEqual(statuses, [200, 409, 409, 409, 409, 409, 409, 409])
    const won = answers.find(({ status }) => status === 200)!
    const { Contents } = await s3.send(
      new ListObjectsV2Command({ Bucket: 'lake', Prefix: 'db/only-' }),
    )
    assert.deepEqual(
      Contents!.map(({ Key }) => `s3://lake/${Key}`),
      [won.json['metadata-location']],
    )
  })

  it('removes metadata files that the log forgets, unless the table says that they stay', async () => {
    const after = async (name: string, properties: object) => {
      const path = await make(name, { 'write.metadata.previous-versions-max': '2', ...properties })
      for (let number = 0; number < 6; number++) {
        await rest('POST', path, {
          requirements: [],
          updates: [{ action: 'set-properties', updates: { number: String(number) } }],
        })
      }
      const { metadata } = (await rest('GET', path)).json
      assert.equal(metadata['metadata-log'].length, 2)
      return async () =>
        (await metadataFiles(metadata.location)).map((file) => file.slice(0, 5)).join(' ')
    }
    const left = await after('full', { 'write.metadata.delete-after-commit.enabled': 'false' })
    const tidied = await after('tidy', {})
    await poll('the old files to go', async () => (await tidied()) === '00004 00005 00006')
    assert.equal(await left(), '00000 00001 00002 00003 00004 00005 00006')
  })
})
