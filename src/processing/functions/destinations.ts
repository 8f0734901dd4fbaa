import { uuid } from '#kit'
import { functionArn, parseFunctionArn } from './names.ts'
import type { FunctionScope, FunctionVersion } from './records.ts'
import type { RoleSession } from './runtime/function-runner.ts'
import type { EventRow } from './tables.ts'

export interface DestinationParts {
  readonly assumeRole: (version: FunctionVersion) => Promise<RoleSession | undefined>
  /** Writes an object as the account. Error: `NoSuchBucket`, `AccessDenied`. */
  readonly putObject: (object: {
    readonly accountId: string
    readonly bucket: string
    readonly key: string
    readonly body: Uint8Array
  }) => Promise<void>
  /** The id of a function that is there. */
  readonly functionId: (arn: string) => Promise<string | undefined>
  readonly nowMs: () => number
}

/** The news of what became of an event or a batch. */
export interface News {
  readonly record: unknown
  /** The object's key, for a bucket. */
  readonly key: string
}

/**
 * Takes news to a destination, a bucket or a function, as far as the role of the function may. To a function they go as an event,
 * which is for the caller to keep. Errors: `NoSuchBucket` and the like, and why it may not.
 */
export async function sendNews(
  parts: DestinationParts,
  version: FunctionVersion,
  destination: string,
  news: News,
): Promise<EventRow | undefined> {
  const session = await parts.assumeRole(version)
  if (!session) throw new Error(`the role ${version.settings.roleArn} cannot be assumed`)
  const mustPermit = async (action: string, resource: string) => {
    if (await session.permits(action, resource)) return
    throw new Error(`${version.settings.roleArn} may not ${action} on ${resource}`)
  }
  const body = Buffer.from(JSON.stringify(news.record))
  const bucket = /^arn:aws[a-z-]*:s3:::(.+)$/.exec(destination)?.[1]
  if (bucket !== undefined) {
    await mustPermit('s3:PutObject', `arn:aws:s3:::${bucket}/${news.key}`)
    await parts.putObject({ accountId: version.accountId, bucket, key: news.key, body })
    return undefined
  }
  await mustPermit('lambda:InvokeFunction', destination)
  const functionId = await parts.functionId(destination)
  if (functionId === undefined) throw new Error(`there is no function ${destination}`)
  return eventRow(parseFunctionArn(destination)!, functionId, body, uuid(), parts.nowMs())
}

/** An event as it waits. */
export function eventRow(
  named: FunctionScope & { readonly name: string; readonly qualifier?: string | undefined },
  functionId: string,
  payload: Uint8Array,
  id: string,
  nowMs: number,
): EventRow {
  const { accountId, region, name, qualifier } = named
  return {
    id,
    account_id: accountId,
    region,
    function_id: functionId,
    qualifier: qualifier ?? '',
    invoked_arn: functionArn({ accountId, region, name }, qualifier),
    payload: payload.length === 0 ? Buffer.from('{}') : payload,
    attempts: 0,
    due_ms: nowMs,
    received_ms: nowMs,
  }
}

/** `2026/01/02/2026-01-02T03.04.05-<id>`, as AWS names the objects of failed batches and events. */
export function newsKey(prefix: string, nowMs: number, id: string): string {
  const time = new Date(nowMs).toISOString()
  const day = time.slice(0, 10).replaceAll('-', '/')
  return `${prefix}/${day}/${time.slice(0, 19).replaceAll(':', '.')}-${id}`
}
