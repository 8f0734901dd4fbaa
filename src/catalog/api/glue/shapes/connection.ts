import type {
  BatchDeleteConnectionResponse,
  Connection,
  ConnectionInput as GlueConnectionInput,
} from '@aws-sdk/client-glue'
import type { ConnectionInput, ConnectionRecord } from '#catalog/metastore'
import { errorDetail } from '../errors.ts'
import { compact, extras } from './compact.ts'
import { toDate } from './times.ts'

/** Properties that are never shown unless they are asked for. Names of secrets elsewhere are none. */
const secret = /PASSWORD|CLIENT_SECRET$/

export function fromConnectionInput(input: GlueConnectionInput): ConnectionInput {
  const properties = Object.entries(input.ConnectionProperties ?? {})
  const { PhysicalConnectionRequirements, AuthenticationConfiguration, ValidateCredentials } = input
  const { ValidateForComputeEnvironments, SparkProperties, AthenaProperties } = input
  const { PythonProperties } = input
  return compact({
    name: input.Name!,
    description: input.Description,
    connectionType: input.ConnectionType!,
    properties: Object.fromEntries(properties.filter(([name]) => !secret.test(name))),
    secrets: Object.fromEntries(properties.filter(([name]) => secret.test(name))),
    matchCriteria: input.MatchCriteria,
    extra: extras({
      PhysicalConnectionRequirements,
      AuthenticationConfiguration,
      ValidateCredentials,
      ValidateForComputeEnvironments,
      SparkProperties,
      AthenaProperties,
      PythonProperties,
    }),
  })
}

export function toConnection(record: ConnectionRecord): Connection {
  const {
    ValidateCredentials: _,
    ValidateForComputeEnvironments: __,
    ...extra
  } = {
    ...record.extra,
  }
  return compact<Connection>({
    ...extra,
    Name: record.name,
    Description: record.description,
    ConnectionType: record.connectionType as Connection['ConnectionType'],
    MatchCriteria: record.matchCriteria?.slice(),
    ConnectionProperties: {
      ...record.properties,
      ...record.secrets,
    } as Connection['ConnectionProperties'],
    CreationTime: toDate(record.createTimeMs),
    LastUpdatedTime: toDate(record.updateTimeMs),
    Status: 'READY',
    ConnectionSchemaVersion: 1,
  })
}

/** Deletes one after the other; what fails is told with its name. */
export async function deleteEach(
  names: readonly string[],
  remove: (name: string) => Promise<void>,
): Promise<BatchDeleteConnectionResponse> {
  const Succeeded: string[] = []
  const Errors: Record<string, ReturnType<typeof errorDetail>> = {}
  for (const name of names) {
    try {
      await remove(name)
      Succeeded.push(name)
    } catch (error) {
      Errors[name] = errorDetail(error)
    }
  }
  return { Succeeded, Errors }
}
