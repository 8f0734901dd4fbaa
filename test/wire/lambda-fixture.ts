import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda'
import { ZipFile } from 'yazl'
import type { TestLake } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'

/** A zip of texts, or of texts with a mode. */
export async function zip(
  files: Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>,
): Promise<Buffer> {
  const file = new ZipFile()
  for (const [name, content] of Object.entries(files)) {
    const { text, mode } = typeof content === 'string' ? { text: content, mode: 0o644 } : content
    file.addBuffer(Buffer.from(text), name, { mode: 0o100000 | mode })
  }
  file.end()
  const chunks: Buffer[] = []
  for await (const chunk of file.outputStream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export interface Lambda {
  readonly client: LambdaClient
  readonly roleArn: string
  /** A nodejs function of one file, `index.mjs`, unless the input says otherwise. */
  create(name: string, code: string, input?: Partial<CreateFunctionCommandInput>): Promise<string>
  invoke(name: string, payload?: unknown, input?: object): Promise<Answer>
}

/** What JSON holds, for tests that say what they expect of it. */
export type Json = ReturnType<JSON['parse']>

export interface Answer {
  readonly payload: Json
  readonly error: string | undefined
  readonly log: string
  readonly version: string | undefined
}

/** Lambda with a role that may do what `allowed` says. */
export async function lambdaOf(
  lake: TestLake,
  allowed: readonly string[] = ['logs:*'],
  roleName = 'runs-functions',
): Promise<Lambda> {
  const iam = lake.client(IAMClient)
  const client = lake.client(LambdaClient)
  const roleArn = await createServiceRole(iam, {
    name: roleName,
    services: ['lambda'],
    actions: allowed,
  })
  return {
    client,
    roleArn,
    create: async (name, code, input = {}) => {
      const created = await client.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: roleArn,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 20,
          Code: { ZipFile: await zip({ 'index.mjs': code }) },
          ...input,
        }),
      )
      return created.FunctionArn!
    },
    invoke: async (name, payload, input = {}) => {
      const answer = await client.send(
        new InvokeCommand({
          FunctionName: name,
          LogType: 'Tail',
          ...(payload === undefined ? {} : { Payload: Buffer.from(JSON.stringify(payload)) }),
          ...input,
        }),
      )
      const text = Buffer.from(answer.Payload ?? []).toString()
      return {
        payload: text === '' ? undefined : JSON.parse(text),
        error: answer.FunctionError,
        log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
        version: answer.ExecutedVersion,
      }
    },
  }
}
