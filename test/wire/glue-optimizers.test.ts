import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  BatchGetTableOptimizerCommand,
  CreateTableCommand,
  CreateTableOptimizerCommand,
  DeleteTableOptimizerCommand,
  GetTableOptimizerCommand,
  GlueClient,
  ListTableOptimizerRunsCommand,
  UpdateTableOptimizerCommand,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'
import { peopleSchema, restClient } from './iceberg-client.ts'
import { createServiceRole } from '../harness/service-role.ts'

/** https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html */
describe('glue table optimizers', () => {
  let lake: TestLake
  let glue: GlueClient
  let roleArn: string

  before(async () => {
    lake = await startLake()
    glue = lake.client(GlueClient)
    await lake.client(S3Client).send(new CreateBucketCommand({ Bucket: 'lake' }))
    const rest = restClient(lake)
    const properties = { location: 's3://lake/db' }
    await rest('POST', '/v1/namespaces', { namespace: ['db'], properties })
    await rest('POST', '/v1/namespaces/db/tables', { name: 'people', schema: peopleSchema })
    await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput: { Name: 'hive' } }))
    const iam = lake.client(IAMClient)
    roleArn = await createServiceRole(iam, { name: 'optimizer', services: ['glue'] })
  })
  after(() => lake.stop())

  const of = (TableName = 'people') => ({
    DatabaseName: 'db',
    TableName,
  })

  it('are made, read, changed and deleted', async () => {
    const CatalogId = roleArn.split(':')[4]!
    const table = { ...of(), CatalogId }
    const compaction = { ...table, Type: 'compaction' } as const
    await glue.send(
      new CreateTableOptimizerCommand({
        ...compaction,
        TableOptimizerConfiguration: {
          roleArn,
          enabled: true,
          compactionConfiguration: { icebergConfiguration: { minInputFiles: 7 } },
        },
      }),
    )
    const { TableOptimizer } = await glue.send(new GetTableOptimizerCommand(compaction))
    assert.deepEqual(TableOptimizer, {
      type: 'compaction',
      configurationSource: 'table',
      configuration: {
        roleArn,
        enabled: true,
        compactionConfiguration: {
          icebergConfiguration: { strategy: 'binpack', minInputFiles: 7 },
        },
      },
    })
    await glue.send(
      new UpdateTableOptimizerCommand({
        ...compaction,
        TableOptimizerConfiguration: { roleArn, enabled: false },
      }),
    )
    const batch = await glue.send(
      new BatchGetTableOptimizerCommand({
        Entries: ['compaction', 'retention'].map((type) => ({
          catalogId: CatalogId,
          databaseName: 'db',
          tableName: 'people',
          type: type as 'compaction',
        })),
      }),
    )
    assert.equal(batch.TableOptimizers![0]!.tableOptimizer!.configuration!.enabled, false)
    assert.equal(batch.Failures![0]!.error!.ErrorCode, 'EntityNotFoundException')
    const runs = await glue.send(new ListTableOptimizerRunsCommand(compaction))
    assert.deepEqual(runs.TableOptimizerRuns, [])
    await glue.send(new DeleteTableOptimizerCommand(compaction))
    await assert.rejects(glue.send(new GetTableOptimizerCommand(compaction)), {
      name: 'EntityNotFoundException',
    })
  })

  it('are refused where they cannot be', async () => {
    const CatalogId = roleArn.split(':')[4]!
    const create = (table: string, more: object = {}, configuration: object = {}) =>
      glue.send(
        new CreateTableOptimizerCommand({
          ...of(table),
          CatalogId,
          Type: 'retention',
          TableOptimizerConfiguration: { roleArn, enabled: true, ...configuration },
          ...more,
        }),
      )
    await assert.rejects(create('nothing'), { name: 'EntityNotFoundException' })
    await assert.rejects(create('hive'), { name: 'InvalidInputException' })
    await assert.rejects(create('people', { Type: 'other' }), { name: 'InvalidInputException' })
    await assert.rejects(create('people', {}, { roleArn: 'arn:aws:iam::1:role/x' }), {
      name: 'InvalidInputException',
    })
    const wrong = { icebergConfiguration: { snapshotRetentionPeriodInDays: 0 } }
    await assert.rejects(create('people', {}, { retentionConfiguration: wrong }), {
      name: 'InvalidInputException',
    })
    await create('people')
    await assert.rejects(create('people'), { name: 'AlreadyExistsException' })
  })
})
