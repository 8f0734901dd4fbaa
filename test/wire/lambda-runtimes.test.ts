import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { lambdaOf, zip, type Lambda } from './lambda-fixture.ts'

let lake: TestLake
let lambda: Lambda
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake, ['logs:*', 's3:ListAllMyBuckets'])
})
after(() => lake.stop())

test('an ES module answers, and its log says how it ran', async () => {
  await lambda.create(
    'hello',
    `export const handler = async (event, context) => {
       console.log('seen', { event })
       return { hello: event.name, of: context.functionName, left: context.getRemainingTimeInMillis() > 1000 }
     }`,
  )
  const { payload, error, log } = await lambda.invoke('hello', { name: 'world' })
  assert.equal(error, undefined)
  assert.deepEqual(payload, { hello: 'world', of: 'hello', left: true })
  const lines = log.trimEnd().split('\n')
  assert.match(lines[0]!, /^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/)
  assert.match(
    lines[1]!,
    /^\d{4}-\S+Z\t[0-9a-f-]{36}\tINFO\tseen \{ event: \{ name: 'world' \} \}$/,
  )
  assert.match(lines[2]!, /^END RequestId: /)
  assert.match(
    lines[3]!,
    /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms/,
  )
  const logs = lake.client(CloudWatchLogsClient)
  await poll('the lines in CloudWatch Logs', async () => {
    const { events } = await logs
      .send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/hello' }))
      .catch(() => ({ events: [] }))
    return events?.some(({ message }) => message?.startsWith('REPORT'))
  })
})

test('a python function runs on the python of the machine', async () => {
  const code = `
import os
def lambda_handler(event, context):
    print("in python")
    return {"sum": event["a"] + event["b"], "name": context.function_name, "tmp": os.environ["TMPDIR"].endswith("/tmp")}
`
  await lambda.create('add', '', {
    Runtime: 'python3.12',
    Handler: 'lambda_function.lambda_handler',
    Code: { ZipFile: await zip({ 'lambda_function.py': code }) },
  })
  const { payload, error, log } = await lambda.invoke('add', { a: 1, b: 2 })
  assert.equal(error, undefined, JSON.stringify(payload))
  assert.deepEqual(payload, { sum: 3, name: 'add', tmp: true })
  assert.match(log, /in python/)
})

const python = (code: string, more: object = {}) => ({
  Runtime: 'python3.13' as const,
  Handler: 'app.handler',
  ...more,
  code,
})
const createPython = async (name: string, code: string, more: object = {}) => {
  const { code: text, ...input } = python(code, more)
  return lambda.create(name, '', { ...input, Code: { ZipFile: await zip({ 'app.py': text }) } })
}

test('CommonJS, callbacks and what a handler leaves undone', async () => {
  const create = async (name: string, code: string) =>
    lambda.create(name, '', { Code: { ZipFile: await zip({ 'index.js': code }) } })
  await create(
    'commonjs',
    `exports.handler = async (event) => ({ got: event, dir: typeof __dirname })`,
  )
  assert.deepEqual((await lambda.invoke('commonjs', [1])).payload, { got: [1], dir: 'string' })
  await create(
    'callback',
    `let late = 0
     exports.handler = (event, context, callback) => {
       setTimeout(() => { late += 1 }, 50)
       callback(null, { late })
     }`,
  )
  assert.deepEqual((await lambda.invoke('callback')).payload, { late: 0 })
  assert.deepEqual((await lambda.invoke('callback')).payload, { late: 1 }, 'it waits for timers')
  await create(
    'callback-error',
    `exports.handler = (event, context, callback) => callback(new RangeError('no'))`,
  )
  const failed = await lambda.invoke('callback-error')
  assert.equal(failed.error, 'Unhandled')
  assert.equal(failed.payload.errorType, 'RangeError')
  await create('never', `exports.handler = () => new Promise(() => {})`)
  assert.equal((await lambda.invoke('never')).payload, null)
})

test('errors are told as the runtimes of AWS tell them', async () => {
  await lambda.create('throws', `export const handler = async () => { throw new TypeError('bad') }`)
  const node = await lambda.invoke('throws')
  assert.equal(node.error, 'Unhandled')
  assert.equal(node.payload.errorType, 'TypeError')
  assert.equal(node.payload.errorMessage, 'bad')
  assert.equal(node.payload.trace[0], 'TypeError: bad')
  await createPython('raises', 'def handler(event, context):\n    raise ValueError("bad")\n')
  const raised = await lambda.invoke('raises')
  assert.deepEqual(
    [raised.error, raised.payload.errorType, raised.payload.errorMessage],
    ['Unhandled', 'ValueError', 'bad'],
  )
  assert.match(raised.payload.stackTrace[0], /app\.py", line 2, in handler/)
  assert.match(raised.log, /\[ERROR\] ValueError: bad/)
})

test('a function that cannot start says why', async () => {
  const cases = [
    ['missing', `export const other = 1`, 'Runtime.HandlerNotFound'],
    ['syntax', `export const handler = (`, 'Runtime.UserCodeSyntaxError'],
    ['module', `import 'nowhere'\nexport const handler = 1`, 'Runtime.ImportModuleError'],
    ['throwing', `throw new Error('at start')`, 'Error'],
    ['exiting', `process.exit(3)`, 'Runtime.ExitError'],
  ] as const
  for (const [name, code, errorType] of cases) {
    await lambda.create(name, code)
    const { error, payload } = await lambda.invoke(name)
    assert.deepEqual([error, payload.errorType], ['Unhandled', errorType], JSON.stringify(payload))
  }
  await createPython('py-missing', 'x = 1\n')
  assert.equal((await lambda.invoke('py-missing')).payload.errorType, 'Runtime.HandlerNotFound')
  await createPython('py-import', 'import nowhere\n')
  assert.match(
    (await lambda.invoke('py-import')).payload.errorMessage,
    /^Unable to import module 'app': No module named 'nowhere'$/,
  )
})

// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
test('a function that takes too long is ended, and the next call has a new process', async () => {
  await lambda.create(
    'hangs',
    `let calls = 0
     export const handler = (event) => { calls += 1; while (event.hang); return Promise.resolve({ calls }) }`,
    { Timeout: 4 },
  )
  assert.deepEqual((await lambda.invoke('hangs', {})).payload, { calls: 1 })
  assert.deepEqual((await lambda.invoke('hangs', {})).payload, { calls: 2 }, 'kept warm')
  const { error, payload, log } = await lambda.invoke('hangs', { hang: true })
  assert.equal(error, 'Unhandled')
  assert.equal(payload.errorType, 'Sandbox.Timedout')
  assert.match(payload.errorMessage, /^RequestId: \S+ Error: Task timed out after 4\.00 seconds$/)
  assert.match(log, /Task timed out after 4\.00 seconds/)
  assert.match(log, /Status: timeout/)
  assert.deepEqual((await lambda.invoke('hangs', {})).payload, { calls: 1 })
})

test('a process that ends, or has more memory than it asked for, is told and replaced', async () => {
  await lambda.create(
    'ends',
    `export const handler = async ({ how }) => {
       if (how === 'exit') process.exit(7)
       if (how === 'uncaught') setTimeout(() => { throw new Error('loose') })
       if (how === 'memory') for (const held = []; ;) held.push(Buffer.alloc(8e6, 1))
       if (how) await new Promise((done) => setTimeout(done, 5000))
       return 'fine'
     }`,
  )
  const told = async (how: string) => (await lambda.invoke('ends', { how })).payload
  const exit = await told('exit')
  assert.equal(exit.errorType, 'Runtime.ExitError')
  assert.match(exit.errorMessage, /Error: Runtime exited with error: exit status 7$/)
  assert.deepEqual([(await told('uncaught')).errorMessage], ['loose'])
  const memory = await told('memory')
  assert.ok(
    memory.errorType === 'Runtime.OutOfMemory' || /allocation failed/i.test(memory.errorMessage),
    JSON.stringify(memory),
  )
  assert.equal((await lambda.invoke('ends', {})).payload, 'fine')
})

test('an answer that is too large is an error', async () => {
  await lambda.create('large', `export const handler = async ({ bytes }) => 'x'.repeat(bytes)`)
  const { error, payload } = await lambda.invoke('large', { bytes: 6_300_000 })
  assert.equal(error, 'Unhandled')
  assert.equal(payload.errorType, 'Function.ResponseSizeTooLarge')
  assert.equal((await lambda.invoke('large', { bytes: 6_000_000 })).payload.length, 6_000_000)
})

test('a function knows its variables and its role, and nothing of the server', async () => {
  await lambda.create(
    'knows',
    `import { readdir, writeFile } from 'node:fs/promises'
     import { S3Client, ListBucketsCommand, CreateBucketCommand } from '@aws-sdk/client-s3'
     export const handler = async ({ folder }) => {
       const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 })
       const refusal = await s3.send(new CreateBucketCommand({ Bucket: 'mine' })).catch((error) => error.name)
       await s3.send(new ListBucketsCommand({}))
       const write = (path) => writeFile(path, 'x').then(() => 'written', (error) => error.code)
       return {
         env: process.env,
         refusal,
         uid: process.getuid(),
         server: await readdir(folder).then((found) => found.length, (error) => error.code),
         code: await write(process.env.LAMBDA_TASK_ROOT + '/new.txt'),
         tmp: await write(process.env.TMPDIR + '/new.txt'),
       }
     }`,
    { Environment: { Variables: { COLOUR: 'blue' } } },
  )
  process.env['SECRET_OF_THE_SERVER'] = 'hidden'
  const { payload, error } = await lambda.invoke('knows', { folder: lake.server.dataFolder })
  assert.equal(error, undefined, JSON.stringify(payload))
  assert.equal(payload.env.COLOUR, 'blue')
  assert.equal(payload.env.AWS_LAMBDA_FUNCTION_NAME, 'knows')
  assert.equal(payload.env.AWS_REGION, 'us-east-1')
  assert.match(payload.env.AWS_ACCESS_KEY_ID, /^ASIA/)
  assert.equal(payload.env.SECRET_OF_THE_SERVER, undefined)
  assert.equal(payload.refusal, 'AccessDenied', 'the role may list buckets, and no more')
  assert.equal(payload.tmp, 'written')
  // Only root can give functions users of their own.
  if (process.getuid!() === 0) {
    assert.notEqual(payload.uid, 0)
    assert.equal(payload.server, 'EACCES')
    assert.equal(payload.code, 'EACCES')
  }
})

test('a custom runtime is a program named bootstrap', async () => {
  // With the server's own Node.js, so that nothing need be installed.
  const script = `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/'
for (;;) {
  const next = await fetch(api + 'next')
  const event = await next.json()
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const body = JSON.stringify({ handler: process.env._HANDLER, event })
  await fetch(api + id + '/response', { method: 'POST', body })
}
`
  await lambda.create('custom', '', {
    Runtime: 'provided.al2023',
    Handler: 'my.handler',
    Code: { ZipFile: await zip({ bootstrap: { text: script, mode: 0o755 } }) },
  })
  const { payload, error } = await lambda.invoke('custom', { a: 1 })
  assert.equal(error, undefined, JSON.stringify(payload))
  assert.deepEqual(payload, { handler: 'my.handler', event: { a: 1 } })
  await lambda.create('bootless', 'x', { Runtime: 'provided.al2', Handler: 'none' })
  assert.equal((await lambda.invoke('bootless')).payload.errorType, 'Runtime.InvalidEntrypoint')
})

test('many calls at once have a process each, and share them afterwards', async () => {
  await lambda.create(
    'many',
    `import { setTimeout as wait } from 'node:timers/promises'
     export const handler = async () => { await wait(1000); return process.pid }`,
  )
  const pids = async () => {
    const answers = await Promise.all(Array.from({ length: 3 }, () => lambda.invoke('many')))
    return new Set(answers.map(({ payload }) => payload as number))
  }
  const first = await pids()
  assert.equal(first.size, 3)
  assert.deepEqual([...(await pids())].toSorted(), [...first].toSorted())
})

test('a process that is ended for its memory after it has answered takes no other call', async () => {
  const one = await startLake({ functionProcesses: 1 })
  try {
    const { create, invoke } = await lambdaOf(one)
    await create(
      'hoards',
      `const held = []
       export const handler = async (bytes) => { held.push(Buffer.alloc(bytes, 1)); return held.length }`,
    )
    await invoke('hoards', 0)
    // The second waits for the process that the first has.
    const [, second] = await Promise.all([invoke('hoards', 140e6), invoke('hoards', 0)])
    assert.equal(second.error, undefined, JSON.stringify(second.payload))
  } finally {
    await one.stop()
  }
})

test('with few processes, calls that find a warm one go first, and all are answered', async () => {
  const few = await startLake({ functionProcesses: 1 })
  try {
    const { create, invoke } = await lambdaOf(few)
    for (const name of ['one', 'two']) {
      await create(name, `export const handler = async (n) => [n, '${name}', process.pid]`)
    }
    const names = ['one', 'two', 'one', 'two', 'one']
    const answers = await Promise.all(names.map((name, n) => invoke(name, n)))
    const payloads = answers.map(({ payload }) => payload as [number, string, number])
    assert.deepEqual(
      payloads.map(([n, name]) => [n, name]),
      names.map((name, n) => [n, name]),
    )
    const pids = (name: string) =>
      new Set(payloads.filter((one) => one[1] === name).map((one) => one[2]))
    assert.deepEqual([pids('one').size, pids('two').size], [1, 1])
  } finally {
    await few.stop()
  }
})
