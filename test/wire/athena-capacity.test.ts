import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  AthenaClient,
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  CreateWorkGroupCommand,
  DeleteCapacityReservationCommand,
  DeleteWorkGroupCommand,
  GetCapacityAssignmentConfigurationCommand,
  GetCapacityReservationCommand,
  GetQueryExecutionCommand,
  ListCapacityReservationsCommand,
  ListTagsForResourceCommand,
  PutCapacityAssignmentConfigurationCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  UpdateCapacityReservationCommand,
} from '@aws-sdk/client-athena'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer, testCredentials, type ServerProcess } from '../harness/index.ts'

let dataDir: string
let server: ServerProcess
let athena: AthenaClient
const config = () => ({
  endpoint: server.endpoint,
  region: 'us-east-1',
  credentials: testCredentials,
  maxAttempts: 1,
})
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'boathouse-capacity-'))
  server = await spawnServer({ dataDir })
  athena = new AthenaClient(config())
  const s3 = new S3Client({ ...config(), forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: 'results' }))
  const Configuration = { EnforceWorkGroupConfiguration: false }
  for (const Name of ['etl', 'reports']) {
    await athena.send(new CreateWorkGroupCommand({ Name, Configuration }))
  }
})
after(async () => {
  await server.kill()
  await rm(dataDir, { recursive: true, force: true })
})

const refused = (message: RegExp) => (error: Error) => {
  assert.equal(error.name, 'InvalidRequestException', error.message)
  assert.match(error.message, message)
  return true
}
const get = async (Name: string) =>
  (await athena.send(new GetCapacityReservationCommand({ Name }))).CapacityReservation!
const assign = (CapacityReservationName: string, WorkGroupNames: string[]) =>
  athena.send(
    new PutCapacityAssignmentConfigurationCommand({
      CapacityReservationName,
      CapacityAssignments: [{ WorkGroupNames }],
    }),
  )
const assigned = async (CapacityReservationName: string) => {
  const input = { CapacityReservationName }
  const answer = await athena.send(new GetCapacityAssignmentConfigurationCommand(input))
  return answer.CapacityAssignmentConfiguration!.CapacityAssignments!
}

// https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateCapacityReservation.html
test('a reservation lives from its creation to its deletion, over the death of the server', async () => {
  const Tags = [{ Key: 'team', Value: 'data' }]
  await athena.send(new CreateCapacityReservationCommand({ Name: 'night', TargetDpus: 24, Tags }))
  await assert.rejects(
    athena.send(new CreateCapacityReservationCommand({ Name: 'night', TargetDpus: 24 })),
    refused(/night already exists/),
  )
  // Four and more since November 2025: https://docs.aws.amazon.com/cli/latest/reference/athena/create-capacity-reservation.html
  await assert.rejects(
    athena.send(new CreateCapacityReservationCommand({ Name: 'small', TargetDpus: 3 })),
    refused(/greater than or equal to 4/),
  )
  await assert.rejects(
    athena.send(new CreateCapacityReservationCommand({ Name: 'a b', TargetDpus: 24 })),
    refused(/pattern/),
  )
  const created = await get('night')
  assert.equal(created.Status, 'ACTIVE')
  assert.equal(created.AllocatedDpus, 24)
  assert.equal(created.LastAllocation!.Status, 'SUCCEEDED')
  assert.deepEqual(await assigned('night'), [])
  await assign('night', ['etl', 'reports'])
  await assert.rejects(assign('night', ['none']), refused(/WorkGroup none is not found/))
  await athena.send(new UpdateCapacityReservationCommand({ Name: 'night', TargetDpus: 32 }))
  await athena.send(new CreateCapacityReservationCommand({ Name: 'day', TargetDpus: 4 }))
  await assert.rejects(assign('day', ['etl']), refused(/already assigned to .* night/))

  await server.kill()
  server = await spawnServer({ dataDir })
  athena = new AthenaClient(config())
  assert.equal((await get('night')).TargetDpus, 32)
  assert.deepEqual(await assigned('night'), [{ WorkGroupNames: ['etl', 'reports'] }])
  const ResourceARN = 'arn:aws:athena:us-east-1:123456789012:capacity-reservation/night'
  const listed = await athena.send(new ListTagsForResourceCommand({ ResourceARN }))
  assert.deepEqual(listed.Tags, Tags)
  const first = await athena.send(new ListCapacityReservationsCommand({ MaxResults: 1 }))
  assert.equal(first.CapacityReservations![0]!.Name, 'day')
  const { CapacityReservations } = await athena.send(
    new ListCapacityReservationsCommand({ NextToken: first.NextToken }),
  )
  assert.deepEqual(
    CapacityReservations!.map((each) => each.Name),
    ['night'],
  )

  const Name = 'night'
  await assert.rejects(
    athena.send(new DeleteCapacityReservationCommand({ Name })),
    refused(/must be cancelled before/),
  )
  await athena.send(new CancelCapacityReservationCommand({ Name }))
  const cancelled = await get(Name)
  assert.equal(cancelled.Status, 'CANCELLED')
  assert.equal(cancelled.AllocatedDpus, 0)
  await assert.rejects(assign(Name, ['etl']), refused(/is CANCELLED/))
  await assert.rejects(
    athena.send(new UpdateCapacityReservationCommand({ Name, TargetDpus: 24 })),
    refused(/is CANCELLED/),
  )
  await athena.send(new DeleteCapacityReservationCommand({ Name }))
  await assert.rejects(get(Name), refused(/night is not found/))
})

test('the workgroups of a reservation run as many queries as it has fours of DPUs', async () => {
  const start = async (QueryString: string, WorkGroup: string) => {
    const ResultConfiguration = { OutputLocation: 's3://results/' }
    const input = { QueryString, WorkGroup, ResultConfiguration }
    return (await athena.send(new StartQueryExecutionCommand(input))).QueryExecutionId!
  }
  const state = async (QueryExecutionId: string) =>
    (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution!.Status!
      .State!
  const stop = (QueryExecutionId: string) =>
    athena.send(new StopQueryExecutionCommand({ QueryExecutionId }))
  const slow =
    'SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(k) WHERE (i * j + k) % 7 = 3'

  await assign('day', ['etl', 'reports'])
  const first = await start(slow, 'etl')
  const second = await start(slow, 'reports')
  const third = await start(slow, 'etl')
  await poll('the first to run', async () => (await state(first)) === 'RUNNING')
  // Of another workgroup: it is not kept out by those that wait.
  const other = await start('SELECT 1', 'primary')
  await poll('the other to succeed', async () => (await state(other)) === 'SUCCEEDED')
  assert.deepEqual(
    [await state(first), await state(second), await state(third)],
    ['RUNNING', 'QUEUED', 'QUEUED'],
  )

  await athena.send(new UpdateCapacityReservationCommand({ Name: 'day', TargetDpus: 8 }))
  await poll('the second to run', async () => (await state(second)) === 'RUNNING')
  assert.equal(await state(third), 'QUEUED')
  await stop(second)
  await stop(first)
  await poll('the third to run', async () => (await state(third)) === 'RUNNING')
  await stop(third)

  // A workgroup that goes leaves its reservation.
  await athena.send(new DeleteWorkGroupCommand({ WorkGroup: 'etl', RecursiveDeleteOption: true }))
  assert.deepEqual(await assigned('day'), [{ WorkGroupNames: ['reports'] }])
})
