import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetWorkGroupCommand,
  StartQueryExecutionCommand,
  UpdateWorkGroupCommand,
  paginateGetQueryResults,
  type WorkGroupConfiguration,
} from '@aws-sdk/client-athena'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { ManualClock } from '#kit'
import { poll } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

/* https://docs.aws.amazon.com/athena/latest/ug/managed-results.html */
const hourMs = 3_600_000
const clock = new ManualClock(Date.now())
let folder: string
let fixture: AthenaLake
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-managed-'))
  fixture = await open()
  await fixture.run('CREATE DATABASE shop')
  await makeGroup('managed', {})
})
after(async () => {
  await fixture.lake.stop()
  await rm(folder, { recursive: true })
})

const open = () => startAthenaLake({ clock }, { ephemeral: false, dataDir: folder })
const resultsFolder = () => join(folder, 'results')
const managed = { ResultConfiguration: undefined, WorkGroup: 'managed' }

const makeGroup = (Name: string, more: Partial<WorkGroupConfiguration>) =>
  fixture.athena.send(
    new CreateWorkGroupCommand({
      Name,
      Configuration: { ManagedQueryResultsConfiguration: { Enabled: true }, ...more },
    }),
  )
const refused = (message: RegExp | string) => (error: Error) => {
  assert.equal(error.name, 'InvalidRequestException')
  if (typeof message === 'string') assert.equal(error.message, message)
  else assert.match(error.message, message)
  return true
}
const together = 'ManagedQueryResultsConfiguration and ResultConfiguration cannot be set together.'

describe('results that the service keeps', () => {
  it('are read page by page, and lie where S3 shows nothing', async () => {
    const id = await fixture.start(
      "SELECT n, concat('\"', cast(n AS varchar)) AS t FROM UNNEST(sequence(1, 5000)) AS x(n)",
      managed,
    )
    const execution = await fixture.ended(id)
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    assert.deepEqual(execution.ManagedQueryResultsConfiguration, { Enabled: true })
    assert.equal(execution.ResultConfiguration, undefined)
    const rows: string[][] = []
    const pages = paginateGetQueryResults(
      { client: fixture.athena, pageSize: 700 },
      { QueryExecutionId: id },
    )
    for await (const { ResultSet } of pages) {
      for (const row of ResultSet!.Rows!) rows.push(row.Data!.map((each) => each.VarCharValue!))
    }
    assert.equal(rows.length, 5001)
    assert.deepEqual(
      [rows[0], rows[5000]],
      [
        ['n', 't'],
        ['5000', '"5000'],
      ],
    )
    const { Buckets } = await fixture.s3.send(new ListBucketsCommand({}))
    assert.deepEqual(
      Buckets!.map(({ Name }) => Name),
      ['data', 'results'],
    )
    for (const Bucket of ['data', 'results']) {
      const { Contents = [] } = await fixture.s3.send(new ListObjectsV2Command({ Bucket }))
      assert.ok(Contents.every(({ Key }) => !Key!.includes(id)))
    }
    const bytes = await readFile(join(resultsFolder(), id))
    assert.ok(!bytes.includes('5000'), 'they are encrypted')
  })

  it('hold what SHOW and DDL answer, and tables are written where the statement says', async () => {
    assert.deepEqual(await fixture.run('SHOW DATABASES', managed), [['shop']])
    const made = `CREATE TABLE made WITH (external_location = 's3://data/made/') AS SELECT 1 AS a`
    const execution = await fixture.ended(await fixture.start(made, managed))
    assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
    assert.equal(execution.Statistics!.DataManifestLocation, undefined)
    assert.deepEqual(await fixture.run('SELECT * FROM made', managed), [['1']])
    await fixture.run('INSERT INTO made VALUES (2)', managed)
    const nowhere = await fixture.ended(
      await fixture.start('CREATE TABLE lost AS SELECT 1 AS a', managed),
    )
    assert.match(nowhere.Status!.StateChangeReason!, /external_location must be set/)
  })

  it('exclude an output location, of the request and of the workgroup, enforced or not', async () => {
    await assert.rejects(fixture.start('SELECT 1', { WorkGroup: 'managed' }), refused(together))
    const own = { ResultConfiguration: { OutputLocation: 's3://results/x/' } }
    await assert.rejects(makeGroup('both', own), refused(together))
    await makeGroup('loose', { EnforceWorkGroupConfiguration: false })
    await assert.rejects(fixture.start('SELECT 1', { WorkGroup: 'loose' }), refused(together))
    const update = (ConfigurationUpdates: object) =>
      fixture.athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'loose', ConfigurationUpdates }))
    await assert.rejects(
      update({ ResultConfigurationUpdates: { OutputLocation: 's3://results/x/' } }),
      refused(together),
    )
    await update({
      ManagedQueryResultsConfigurationUpdates: { Enabled: false },
      ResultConfigurationUpdates: { OutputLocation: 's3://results/x/' },
    })
    const { WorkGroup } = await fixture.athena.send(new GetWorkGroupCommand({ WorkGroup: 'loose' }))
    assert.equal(WorkGroup!.Configuration!.ManagedQueryResultsConfiguration, undefined)
    await fixture.run('SELECT 1', { WorkGroup: 'loose', ResultConfiguration: undefined })
  })

  it('are never reused', async () => {
    const reuse = {
      ...managed,
      ResultReuseConfiguration: {
        ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
      },
    }
    for (const _ of [1, 2]) {
      const execution = await fixture.ended(await fixture.start('SELECT 7', reuse))
      assert.equal(execution.Statistics!.ResultReuseInformation!.ReusedPreviousResult, false)
    }
  })
})

describe('the KMS key of results that the service keeps', () => {
  const statement = (Sid: string, more: object) => ({
    Sid,
    Effect: 'Allow',
    Resource: '*',
    ...more,
  })
  const root = statement('root', {
    Principal: { AWS: 'arn:aws:iam::123456789012:root' },
    Action: 'kms:*',
  })
  const service = statement('service', {
    Principal: { Service: 'encryption.athena.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
    Condition: {
      ArnLike: {
        'kms:EncryptionContext:aws:athena:arn':
          'arn:aws:athena:us-east-1:123456789012:workgroup/keyed',
        'aws:SourceArn': 'arn:aws:athena:us-east-1:123456789012:workgroup/keyed',
      },
      StringEquals: { 'aws:SourceAccount': '123456789012' },
    },
  })
  const keyWith = async (...Statement: object[]) => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const { KeyMetadata } = await fixture.lake
      .client(KMSClient)
      .send(new CreateKeyCommand({ Policy }))
    return KeyMetadata!.Arn!
  }
  const keyedGroup = (name: string, KmsKey: string) =>
    makeGroup(name, {
      ManagedQueryResultsConfiguration: { Enabled: true, EncryptionConfiguration: { KmsKey } },
    })

  it('is asked of the service and of whoever asks, and without it nothing is read', async () => {
    const key = await keyWith(root, service)
    await keyedGroup('keyed', key)
    const iam = fixture.lake.client(IAMClient)
    const userOf = async (name: string, kms: readonly object[]) => {
      const reads = { Action: ['athena:*', 'glue:*'], Resource: '*' }
      const credentials = await createUser(iam, name, [reads, ...kms])
      return fixture.lake.client(AthenaClient, { credentials })
    }
    const withKey = await userOf('with', [
      {
        Effect: 'Allow',
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: key,
        Condition: {
          StringEquals: {
            'kms:ViaService': 'athena.us-east-1.amazonaws.com',
            'kms:EncryptionContext:aws:athena:arn':
              'arn:aws:athena:us-east-1:123456789012:workgroup/keyed',
          },
        },
      },
    ])
    const without = await userOf('without', [])
    const startAs = async (client: AthenaClient) => {
      const statement = { QueryString: 'SELECT 42', WorkGroup: 'keyed' }
      const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(statement))
      return fixture.ended(QueryExecutionId!)
    }
    const good = await startAs(withKey)
    assert.equal(good.Status!.State, 'SUCCEEDED', good.Status!.StateChangeReason)
    assert.deepEqual(good.ManagedQueryResultsConfiguration, {
      Enabled: true,
      EncryptionConfiguration: { KmsKey: key },
    })
    const read = (client: AthenaClient) =>
      client.send(new GetQueryResultsCommand({ QueryExecutionId: good.QueryExecutionId }))
    assert.equal((await read(withKey)).ResultSet!.Rows!.length, 2)
    await assert.rejects(read(without), { name: 'AccessDeniedException' })
    const bad = await startAs(without)
    assert.match(bad.Status!.StateChangeReason!, /^PERMISSION_DENIED: .* kms:GenerateDataKey/)

    const kms = fixture.lake.client(KMSClient)
    await kms.send(new DisableKeyCommand({ KeyId: key }))
    await assert.rejects(read(withKey), refused(/is disabled/))
    await kms.send(new EnableKeyCommand({ KeyId: key }))
    assert.equal((await read(withKey)).ResultSet!.Rows!.length, 2)
  })

  it('must let the service use it, for this workgroup', async () => {
    for (const [name, key] of [
      ['unnamed', await keyWith(root)],
      ['another', await keyWith(root, service)],
    ] as const) {
      await keyedGroup(name, key)
      const execution = await fixture.ended(
        await fixture.start('SELECT 1', { ...managed, WorkGroup: name }),
      )
      assert.equal(execution.Status!.State, 'FAILED')
      assert.match(
        execution.Status!.StateChangeReason!,
        /encryption\.athena\.amazonaws\.com is not authorized/,
      )
    }
    await keyedGroup(
      'nokey',
      'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000',
    )
    await assert.rejects(
      fixture.start('SELECT 1', { ...managed, WorkGroup: 'nokey' }),
      refused(/does not exist/),
    )
  })
})

it('results that the service keeps outlive the server, end after a day, and what nobody names is swept', async () => {
  const id = await fixture.start('SELECT 1', managed)
  await fixture.ended(id)
  await fixture.lake.stop()
  clock.advance(23 * hourMs)
  fixture = await open()
  const read = () => fixture.athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }))
  assert.equal((await read()).ResultSet!.Rows!.length, 2)
  clock.advance(1 * hourMs + 60_000)
  await assert.rejects(read(), refused(/24 hours/))
  assert.ok(existsSync(join(resultsFolder(), id)), 'not swept yet')
  await fixture.lake.stop()
  fixture = await open()
  await poll('the sweep', async () => (await readdir(resultsFolder())).length === 0, {
    deadlineMs: 60_000,
  })
  const { QueryExecution } = await fixture.athena.send(
    new GetQueryExecutionCommand({ QueryExecutionId: id }),
  )
  assert.equal(QueryExecution!.Status!.State, 'SUCCEEDED', 'the history stays')
  await assert.rejects(read(), refused(/24 hours/))
})
