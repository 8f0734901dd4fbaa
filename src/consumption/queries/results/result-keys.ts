import { workGroupArn } from '../arns.ts'
import type { Execution, QueryScope } from '../records.ts'

/** A KMS key, used for a workgroup. */
export interface KeyUse {
  readonly keyArn: string
  readonly workGroupArn: string
}

type KmsContext = Readonly<Record<string, string>>

/** The keys that results are encrypted with. Error of all: `InvalidQueryRequest`: a KMS key is not there, or cannot be used. */
export interface ResultKeys {
  /** The ARN of a KMS key. */
  keyArn(scope: QueryScope, name: string): Promise<string>
  /** By the service for itself; under the lake's own key where no other is named. */
  seal(plain: Uint8Array, use: KeyUse | undefined): Promise<Buffer>
  unseal(sealed: Uint8Array, use: KeyUse | undefined): Promise<Buffer>
  /** By the service for somebody who may do so, as `Encrypt` and `Decrypt` of KMS. */
  encrypt(keyArn: string, plain: Uint8Array, context: KmsContext): Promise<Buffer>
  decrypt(keyArn: string, sealed: Uint8Array, context: KmsContext): Promise<Buffer>
}

export function keyUse(execution: Execution, keyArn: string | undefined): KeyUse | undefined {
  return keyArn === undefined
    ? undefined
    : { keyArn, workGroupArn: workGroupArn(execution, execution.workGroup) }
}

export function keyContext({ workGroupArn: arn }: KeyUse) {
  return { 'aws:athena:arn': arn } as const
}
