// Runs a nodejs function: asks the runtime API for events and gives them to the handler, as the client that AWS puts into its
// Node.js runtimes does. It runs in the function's process, and imports nothing of the server's.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { statSync } from 'node:fs'
import { Agent, request as send, type IncomingMessage } from 'node:http'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

type Callback = (error?: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown

const env = process.env
const api = `http://${env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`
const root = env['LAMBDA_TASK_ROOT'] ?? process.cwd()
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
let requestId = ''

logLikeLambda()
findModulesLikeLambda()

let handler: Handler
try {
  handler = await loadHandler(env['_HANDLER'] ?? '')
} catch (error) {
  await fail('/init/error', error)
  process.exit(1)
}
process.on('uncaughtException', (error) => void crash(error, 129))
process.on('unhandledRejection', (reason) => {
  const cause = reason instanceof Error ? reason.stack : String(reason)
  const error = new Error(cause)
  error.name = 'Runtime.UnhandledPromiseRejection'
  void crash(error, 128)
})
for (;;) await serve()

async function serve(): Promise<void> {
  const { headers, body } = await call('GET', '/invocation/next')
  const header = (name: string) => headers[`lambda-runtime-${name}`] as string | undefined
  requestId = header('aws-request-id') ?? ''
  env['_X_AMZN_TRACE_ID'] = header('trace-id')
  const path = `/invocation/${requestId}`
  try {
    const result = await run(JSON.parse(body), header)
    await call('POST', `${path}/response`, serialise(result))
  } catch (error) {
    console.error('Invoke Error', '\t', JSON.stringify(describe(error)))
    await fail(`${path}/error`, error)
  }
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null'
  } catch {
    const error = new Error('Unable to stringify response body')
    error.name = 'Runtime.MarshalError'
    throw error
  }
}

/** Until a promise settles, or the handler calls back. */
function run(event: unknown, header: (name: string) => string | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const deadlineMs = Number(header('deadline-ms'))
    // What is left undone when nothing more will happen is answered with null.
    let whenIdle = () => resolve(null)
    const onIdle = () => whenIdle()
    process.once('beforeExit', onIdle)
    const settle: Callback = (error, result) => {
      const isError = error !== null && error !== undefined
      whenIdle = () => (isError ? reject(error) : resolve(result))
      if (context.callbackWaitsForEmptyEventLoop) return
      process.off('beforeExit', onIdle)
      whenIdle()
    }
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
      functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
      memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
      logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
      logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
      invokedFunctionArn: header('invoked-function-arn'),
      awsRequestId: requestId,
      clientContext: parsed(header('client-context')),
      identity: undefined,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
      done: settle,
      fail: (error: unknown) => settle(error ?? 'handled'),
      succeed: (result: unknown) => settle(null, result),
    }
    const end = (then: (value: unknown) => void) => (value: unknown) => {
      process.off('beforeExit', onIdle)
      then(value)
    }
    try {
      const returned = handler(event, context, settle)
      if (isThenable(returned)) void returned.then(end(resolve), end(reject))
    } catch (error) {
      end(reject)(error)
    }
  })
}

function parsed(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json)
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** `folder/file.name`: an export of a CommonJS or ES module, in the function's folder. */
async function loadHandler(text: string): Promise<Handler> {
  const slash = text.lastIndexOf('/') + 1
  const [file = '', ...names] = text.slice(slash).split('.')
  if (file === '' || names.length === 0 || text.includes('..')) {
    throw named('Runtime.MalformedHandlerName', 'Bad handler')
  }
  const stem = join(root, text.slice(0, slash), file)
  const path = ['', '.js', '.mjs', '.cjs'].map((end) => stem + end).find((at) => isFile(at))
  if (path === undefined) {
    throw named(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${text.slice(0, slash)}${file}'\nRequire stack:\n- ${root}`,
    )
  }
  const module = await importModule(path)
  let found: unknown = 'module.exports' in module ? module['module.exports'] : module
  for (const name of names) found = (found as Record<string, unknown> | undefined)?.[name]
  if (found === undefined) {
    throw named('Runtime.HandlerNotFound', `${text} is undefined or not exported`)
  }
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${text} is not a function`)
  }
  return found as Handler
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`)
    }
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', `Error: ${(error as Error).message}`)
    }
    throw error
  }
}

/** ES modules too find what lies in layers and in the runtime: Node.js itself looks there for CommonJS only. */
function findModulesLikeLambda(): void {
  const folders = (env['NODE_PATH'] ?? '').split(':').filter((folder) => folder !== '')
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (error) {
        const isBare = !/^(?:[./]|[a-z]+:)/.test(specifier)
        if (!isBare || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
        for (const folder of folders) {
          const parentURL = pathToFileURL(join(folder, '..', 'any.mjs')).href
          try {
            return next(specifier, { ...context, parentURL })
          } catch {
            // Not in this one.
          }
        }
        throw error
      }
    },
  })
}

function named(name: string, message: string): Error {
  const error = new Error(message)
  error.name = name
  return error
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] }
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  }
}

async function crash(cause: unknown, code: number): Promise<void> {
  console.error('Uncaught Exception', '\t', JSON.stringify(describe(cause)))
  if (requestId !== '') await fail(`/invocation/${requestId}/error`, cause).catch(() => undefined)
  process.exit(code)
}

async function fail(path: string, error: unknown): Promise<void> {
  const description = describe(error)
  await call('POST', path, JSON.stringify(description), {
    'lambda-runtime-function-error-type': String(description['errorType']),
  })
}

function call(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<{ readonly headers: IncomingMessage['headers']; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = send(`${api}${path}`, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    // The server is gone: so is this process's reason to be.
    request.on('error', () => process.exit(1))
    request.end(body)
  })
}

/** Each line of the console with its time, request and level; what has several lines stays one event. */
function logLikeLambda(): void {
  const write = (level: string) =>
    function log(...parts: unknown[]) {
      const line = [new Date().toISOString(), requestId, level, format(...parts)].join('\t')
      process.stdout.write(`${line.replaceAll('\n', '\r')}\n`)
    }
  console.log = write('INFO')
  console.info = write('INFO')
  console.warn = write('WARN')
  console.error = write('ERROR')
  console.debug = write('DEBUG')
  console.trace = (...parts: unknown[]) => {
    const { stack = '' } = new Error(format(...parts))
    write('TRACE')(stack.replace(/^Error/, 'Trace'))
  }
}
