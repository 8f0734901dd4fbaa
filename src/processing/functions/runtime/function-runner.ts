import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { elapsedMs, randomHex, uuid, type Clock, type Logger } from '#kit'
import type { CodeStore } from '../code/code-store.ts'
import { FunctionErrors } from '../errors.ts'
import type { FunctionVersion } from '../records.ts'
import type { FunctionVariables } from '../variables.ts'
import { CodeFolders } from './code-folders.ts'
import { writeBootstraps, type Bootstraps } from './command.ts'
import type { RoleCredentials } from './environment.ts'
import { Instance, type Ending } from './instance.ts'
import { InstancePool, closing, type FailedStart } from './instance-pool.ts'
import { endIsolation, findIsolation, userOf, type Isolation } from './isolation.ts'
import { LogSink, type LogLine } from './log-sink.ts'
import { outcomeOf, type Outcome } from './outcome.ts'

/** A function's role, as its process acts in it. */
export interface RoleSession extends RoleCredentials {
  permits(action: string, resource: string): Promise<boolean>
}

/** Where lines go. */
export interface LogPlace {
  readonly accountId: string
  readonly region: string
  readonly group: string
  readonly stream: string
}

export interface FunctionRunnerOptions {
  readonly code: Pick<CodeStore, 'read'>
  readonly variables: Pick<FunctionVariables, 'open' | 'requireOpen'>
  readonly clock: Clock
  readonly log: Logger
  readonly processesMax: number
  /** A file that remembers where the folder of the run is, so that it is removed also after a crash. */
  readonly notePath: string
  /** What functions must not see. */
  readonly dataFolder: string
  /** The server's own address, known once it listens. */
  readonly endpoint: Promise<string>
  /** PEM file with the certificate of the address, when that is not one that everybody trusts. */
  readonly caBundle: string | undefined
  /** Undefined when the role does not let Lambda act in it. */
  readonly assumeRole: (version: FunctionVersion) => Promise<RoleSession | undefined>
  readonly writeLog: (place: LogPlace, lines: readonly LogLine[]) => Promise<void>
}

export interface RunInput {
  readonly version: FunctionVersion
  /** As the caller named it: with the alias or version that he asked for. */
  readonly invokedArn: string
  readonly payload: Buffer
  readonly requestId?: string | undefined
  readonly clientContext?: string | undefined
}

export interface RunResult extends Outcome {
  readonly requestId: string
  /** The last 4 KB of the log of this invocation. */
  readonly logTail: string
  /** What the handler took, without the start of its process. */
  readonly durationMs: number
}

const idleMsMax = 300_000
const waitingMax = 1000
const waitMsMax = 60_000
const initGraceMs = 10_000
/** A session's credentials end some time; a process is not used in the last of it. */
const credentialsMarginMs = 20 * 60_000

/** Runs versions of functions in processes. Nothing is started, and no folder made, before the first invocation. */
export class FunctionRunner {
  readonly #options: FunctionRunnerOptions
  readonly #pool: InstancePool
  #surroundings: Promise<Surroundings> | undefined
  #closed = false

  constructor(options: FunctionRunnerOptions) {
    this.#options = options
    this.#pool = new InstancePool({
      processesMax: options.processesMax,
      waitingMax,
      waitMsMax,
      idleMsMax,
      start: (version, slot, stopping) => this.#start(version, slot, stopping),
      isFresh: ({ credentialsEndMs }) =>
        credentialsEndMs - credentialsMarginMs > options.clock.now(),
    })
  }

  /**
   * Errors: `FunctionThrottled`, `FunctionNotRunnable`, `InvalidFunctionParameter` for a role that cannot be assumed, and what keeps
   * variables shut (`KmsKeyDisabled`, …), also when a process knows them.
   */
  async run(input: RunInput): Promise<RunResult> {
    const requestId = input.requestId ?? uuid()
    const { settings } = input.version
    await this.#options.variables.requireOpen(settings)
    const startedMs = elapsedMs()
    const taken = await this.#pool.take(input.version)
    if (!('instance' in taken)) {
      const { ending, sink } = taken
      const outcome = outcomeOf(ending, requestId, settings.timeoutS)
      sink.add(`START RequestId: ${requestId} Version: ${input.version.version}`)
      const durationMs = elapsedMs() - startedMs
      tellEnd(sink, { requestId, settings, ending, outcome, durationMs, peakBytes: 0 })
      await sink.flush()
      return { ...outcome, requestId, logTail: sink.tail(), durationMs }
    }
    const { instance, isWarm } = taken
    const { sink } = instance
    sink.startTail()
    sink.add(`START RequestId: ${requestId} Version: ${input.version.version}`)
    const beganMs = elapsedMs()
    const timeoutMs = settings.timeoutS * 1000
    try {
      const ending = await instance.run(
        {
          requestId,
          payload: input.payload,
          deadlineMs: this.#options.clock.now() + timeoutMs,
          functionArn: input.invokedArn,
          traceId: `Root=1-${Math.floor(this.#options.clock.now() / 1000).toString(16)}-${randomHex(12)};Parent=${randomHex(8)};Sampled=0`,
          clientContext: input.clientContext,
        },
        timeoutMs,
      )
      if (this.#closed && ending.kind === 'exited') throw closing()
      const outcome = outcomeOf(ending, requestId, settings.timeoutS)
      const initMs = isWarm ? undefined : instance.initMs
      const durationMs = elapsedMs() - beganMs
      const peakBytes = instance.peakBytes
      tellEnd(sink, { requestId, settings, ending, outcome, durationMs, initMs, peakBytes })
      return { ...outcome, requestId, logTail: sink.tail(), durationMs }
    } finally {
      this.#pool.give(instance)
    }
  }

  /** Processes of versions that `isStale` names take no more events. */
  retire(isStale: (version: FunctionVersion) => boolean): void {
    this.#pool.retire(isStale)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#pool.close()
    const surroundings = await this.#surroundings?.catch(() => undefined)
    if (surroundings) await endIsolation(surroundings.isolation)
  }

  async #start(
    version: FunctionVersion,
    slot: number,
    stopping: AbortSignal,
  ): Promise<Instance | FailedStart> {
    this.#surroundings ??= this.#prepare()
    const { isolation, bootstraps, folders, caBundle } = await this.#surroundings
    const session = await this.#options.assumeRole(version)
    if (!session) {
      throw FunctionErrors.InvalidFunctionParameter(
        'The role defined for the function cannot be assumed by Lambda.',
      )
    }
    const place = logPlaceOf(version, this.#options.clock.now())
    const sink = this.#sinkOf(place, session)
    sink.startTail()
    const codeIds = [version.code.codeId]
    const layerIds = version.settings.layers.map((layer) => layer.code.codeId)
    const taskFolder = await folders.acquire(codeIds)
    const release = () => {
      folders.release(codeIds)
      if (layerFolder !== undefined) folders.release(layerIds)
    }
    let layerFolder: string | undefined
    try {
      layerFolder = layerIds.length > 0 ? await folders.acquire(layerIds) : undefined
      const started = await Instance.start({
        version,
        variables: (await this.#options.variables.open(version, version.settings)) ?? {},
        credentials: session,
        endpoint: await this.#options.endpoint,
        caBundle,
        logGroup: place.group,
        logStream: place.stream,
        taskFolder,
        layerFolder,
        isolation,
        bootstraps,
        uid: userOf(isolation, slot),
        sink,
        initMsMax: initGraceMs + version.settings.timeoutS * 1000,
        stopping,
      })
      if (started instanceof Instance) {
        void started.ended.then(release)
        return started
      }
      release()
      return { ending: started, sink }
    } catch (error) {
      release()
      throw error
    }
  }

  async #prepare(): Promise<Surroundings> {
    const isolation = await findIsolation(this.#options, this.#options.log)
    const bootstraps = await writeBootstraps(isolation.folder)
    const folders = new CodeFolders(isolation.folder, this.#options.code)
    const caBundle = this.#options.caBundle && join(isolation.folder, 'ca.pem')
    if (this.#options.caBundle && caBundle) await copyFile(this.#options.caBundle, caBundle)
    return { isolation, bootstraps, folders, caBundle }
  }

  #sinkOf(place: LogPlace, session: RoleSession): LogSink {
    // As on AWS a role that may not write logs has none.
    const arn = `arn:aws:logs:${place.region}:${place.accountId}:log-group:${place.group}:log-stream:${place.stream}`
    let mayWrite: Promise<boolean> | undefined
    return new LogSink({
      clock: this.#options.clock,
      log: this.#options.log,
      write: async (lines) => {
        mayWrite ??= session.permits('logs:PutLogEvents', arn)
        if (await mayWrite) await this.#options.writeLog(place, lines)
      },
    })
  }
}

interface Surroundings {
  readonly isolation: Isolation
  readonly bootstraps: Bootstraps
  readonly folders: CodeFolders
  /** A copy that every process can read. */
  readonly caBundle: string | undefined
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html */
export function logGroupOf(version: Pick<FunctionVersion, 'name' | 'settings'>): string {
  return version.settings.logGroup ?? `/aws/lambda/${version.name}`
}

function logPlaceOf(version: FunctionVersion, nowMs: number): LogPlace {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/')
  const { accountId, region } = version
  const prefix = version.settings.logGroup === undefined ? '' : `${version.name}`
  const stream = `${day}/${prefix}[${version.version}]${randomHex(16)}`
  return { accountId, region, group: logGroupOf(version), stream }
}

function tellEnd(
  sink: LogSink,
  end: {
    readonly requestId: string
    readonly settings: FunctionVersion['settings']
    readonly ending: Ending
    readonly outcome: Outcome
    readonly durationMs: number
    readonly initMs?: number | undefined
    readonly peakBytes: number
  },
): void {
  const { requestId, settings, ending, outcome, initMs } = end
  const didSay =
    ending.kind === 'error' || ending.kind === 'response' || ending.kind === 'initError'
  if (!didSay && outcome.errorType !== undefined) {
    const { errorMessage } = JSON.parse(outcome.payload.toString()) as { errorMessage?: string }
    sink.add(
      ending.kind === 'timedOut'
        ? `${new Date(sink.nowMs).toISOString()} ${requestId} Task timed out after ${settings.timeoutS.toFixed(2)} seconds`
        : `${errorMessage ?? ''}\r${outcome.errorType}`,
    )
  }
  const ms = end.durationMs.toFixed(2)
  const billed = Math.ceil(end.durationMs + (initMs ?? 0))
  const used = Math.ceil(end.peakBytes / (1024 * 1024))
  const init = initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`
  const status =
    outcome.functionError === undefined || ending.kind === 'error'
      ? ''
      : ending.kind === 'timedOut'
        ? 'Status: timeout'
        : `Status: error\tError Type: ${outcome.errorType}`
  sink.add(`END RequestId: ${requestId}`)
  sink.add(
    `REPORT RequestId: ${requestId}\tDuration: ${ms} ms\tBilled Duration: ${billed} ms\tMemory Size: ${settings.memoryMib} MB\tMax Memory Used: ${used} MB\t${init}${status}`,
  )
}
