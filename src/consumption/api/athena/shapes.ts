import type {
  CapacityReservation as AwsCapacityReservation,
  ColumnInfo as AwsColumnInfo,
  Column as AwsColumn,
  ManagedQueryResultsConfiguration,
  NamedQuery as AwsNamedQuery,
  PreparedStatement as AwsPreparedStatement,
  QueryExecution,
  ResultConfiguration as AwsResultConfiguration,
  ResultSet,
  TableMetadata,
  WorkGroup as AwsWorkGroup,
} from '@aws-sdk/client-athena'
import type { Column, TableRecord } from '#catalog/metastore'
import {
  type CapacityReservation,
  type ColumnInfo,
  type Execution,
  type NamedQuery,
  type PreparedStatement,
  type ResultConfiguration,
  type ResultPage,
  type WorkGroup,
  engineVersion,
} from '#consumption/queries'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CapacityReservation.html */
export function toCapacityReservation(reservation: CapacityReservation): AwsCapacityReservation {
  const allocated = new Date(reservation.allocatedMs)
  return {
    Name: reservation.name,
    Status: reservation.status,
    TargetDpus: reservation.targetDpus,
    AllocatedDpus: reservation.status === 'ACTIVE' ? reservation.targetDpus : 0,
    LastAllocation: {
      Status: 'SUCCEEDED',
      RequestTime: allocated,
      RequestCompletionTime: allocated,
    },
    LastSuccessfulAllocationTime: allocated,
    CreationTime: new Date(reservation.createdMs),
  }
}

export function toQueryExecution(execution: Execution): QueryExecution {
  const { statistics, failure } = execution
  return {
    QueryExecutionId: execution.id,
    Query: execution.query,
    StatementType: execution.statementType,
    SubstatementType: execution.subType,
    ManagedQueryResultsConfiguration: toManagedResults(execution.managed),
    ResultConfiguration: execution.managed ? undefined : toResultConfiguration(execution.result),
    ResultReuseConfiguration: {
      ResultReuseByAgeConfiguration:
        execution.reuseMinutesMax === undefined
          ? { Enabled: false }
          : { Enabled: true, MaxAgeInMinutes: execution.reuseMinutesMax },
    },
    QueryExecutionContext: { Database: execution.database, Catalog: execution.catalog },
    ExecutionParameters: execution.parameters.length > 0 ? [...execution.parameters] : undefined,
    Status: {
      State: execution.state,
      StateChangeReason: execution.reason,
      SubmissionDateTime: new Date(execution.submittedMs),
      CompletionDateTime:
        execution.completedMs === undefined ? undefined : new Date(execution.completedMs),
      AthenaError: failure && {
        ErrorCategory: failure.category,
        ErrorType: failure.type,
        Retryable: failure.retryable,
        ErrorMessage: failure.message,
      },
    },
    Statistics: statistics
      ? {
          EngineExecutionTimeInMillis: statistics.engineMs,
          DataScannedInBytes: statistics.scannedBytes,
          DataManifestLocation: execution.manifestLocation,
          TotalExecutionTimeInMillis: statistics.totalMs,
          QueryQueueTimeInMillis: statistics.queueMs,
          ServicePreProcessingTimeInMillis: 0,
          QueryPlanningTimeInMillis: statistics.planningMs,
          ServiceProcessingTimeInMillis: 0,
          ResultReuseInformation: { ReusedPreviousResult: statistics.reused ?? false },
        }
      : {},
    WorkGroup: execution.workGroup,
    EngineVersion: { SelectedEngineVersion: engineVersion, EffectiveEngineVersion: engineVersion },
  }
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ManagedQueryResultsConfiguration.html */
function toManagedResults(
  managed: { readonly kmsKey?: string } | undefined,
): ManagedQueryResultsConfiguration {
  return {
    Enabled: managed !== undefined,
    EncryptionConfiguration: managed?.kmsKey ? { KmsKey: managed.kmsKey } : undefined,
  }
}

export function toResultConfiguration(result: ResultConfiguration): AwsResultConfiguration {
  return {
    OutputLocation: result.outputLocation,
    EncryptionConfiguration: result.encryption && {
      EncryptionOption: result.encryption.option as 'SSE_S3',
      KmsKey: result.encryption.kmsKey,
    },
    ExpectedBucketOwner: result.expectedBucketOwner,
    AclConfiguration: result.aclOption
      ? { S3AclOption: result.aclOption as 'BUCKET_OWNER_FULL_CONTROL' }
      : undefined,
  }
}

export function fromResultConfiguration(
  result: AwsResultConfiguration | undefined,
): ResultConfiguration | undefined {
  if (!result) return undefined
  return {
    outputLocation: result.OutputLocation,
    encryption: result.EncryptionConfiguration && {
      option: result.EncryptionConfiguration.EncryptionOption ?? 'SSE_S3',
      kmsKey: result.EncryptionConfiguration.KmsKey,
    },
    expectedBucketOwner: result.ExpectedBucketOwner,
    aclOption: result.AclConfiguration?.S3AclOption,
  }
}

/** Rows of a page; a query's first page begins with the row of its column names. */
export function toResultSet(page: ResultPage): ResultSet {
  return {
    Rows: page.rows.map((row) => ({
      Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
    })),
    ResultSetMetadata: { ColumnInfo: page.columns.map(toColumnInfo) },
  }
}

function toColumnInfo(column: ColumnInfo): AwsColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: column.name,
    Label: column.name,
    Type: column.type,
    Precision: column.precision,
    Scale: column.scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: column.caseSensitive,
  }
}

export function toWorkGroup(group: WorkGroup): AwsWorkGroup {
  const { configuration } = group
  return {
    Name: group.name,
    State: group.state,
    Description: group.description,
    CreationTime: new Date(group.createdMs),
    Configuration: {
      ResultConfiguration: configuration.result ? toResultConfiguration(configuration.result) : {},
      ManagedQueryResultsConfiguration:
        configuration.managed && toManagedResults(configuration.managed),
      EnforceWorkGroupConfiguration: configuration.enforce,
      PublishCloudWatchMetricsEnabled: configuration.publishMetrics,
      BytesScannedCutoffPerQuery: configuration.bytesScannedCutoff,
      RequesterPaysEnabled: configuration.requesterPays,
      EngineVersion: {
        SelectedEngineVersion: configuration.engineVersion,
        EffectiveEngineVersion: engineVersion,
      },
      ExecutionRole: configuration.executionRole,
      EnableMinimumEncryptionConfiguration: configuration.minimumEncryption ?? false,
      AdditionalConfiguration: configuration.additionalConfiguration,
    },
  }
}

export function toNamedQuery(query: NamedQuery): AwsNamedQuery {
  return {
    NamedQueryId: query.id,
    Name: query.name,
    Description: query.description,
    Database: query.database,
    QueryString: query.query,
    WorkGroup: query.workGroup,
  }
}

export function toPreparedStatement(statement: PreparedStatement): AwsPreparedStatement {
  return {
    StatementName: statement.name,
    QueryStatement: statement.query,
    WorkGroupName: statement.workGroup,
    Description: statement.description,
    LastModifiedTime: new Date(statement.modifiedMs),
  }
}

export function toTableMetadata(table: TableRecord): TableMetadata {
  const serde = table.storage?.serde
  return {
    Name: table.name,
    CreateTime: new Date(table.createTimeMs),
    LastAccessTime:
      table.lastAccessTimeMs === undefined ? undefined : new Date(table.lastAccessTimeMs),
    TableType: table.tableType,
    Columns: (table.storage?.columns ?? []).map(toColumn),
    PartitionKeys: (table.partitionKeys ?? []).map(toColumn),
    Parameters: {
      ...table.parameters,
      ...defined({
        location: table.storage?.location,
        inputformat: table.storage?.inputFormat,
        outputformat: table.storage?.outputFormat,
        'serde.serialization.lib': serde?.serializationLibrary,
      }),
      ...Object.fromEntries(
        Object.entries(serde?.parameters ?? {}).map(([key, value]) => [
          `serde.param.${key}`,
          value,
        ]),
      ),
    },
  }
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

function toColumn(column: Column): AwsColumn {
  return { Name: column.name, Type: column.type, Comment: column.comment }
}
