import { defineErrors } from '#kit'

export const CatalogErrors = defineErrors('catalog/metastore', {
  DatabaseNotFound: {
    kind: 'notFound',
    remedy: 'Check the database name and the region; GetDatabases lists what is there.',
  },
  TableNotFound: {
    kind: 'notFound',
    remedy: 'Check the table name; GetTables lists the tables of a database.',
  },
  TableVersionNotFound: {
    kind: 'notFound',
    remedy: 'The version was deleted or never archived; GetTableVersions lists the others.',
  },
  PartitionNotFound: {
    kind: 'notFound',
    remedy: 'Give one value for each partition key, exactly as stored.',
  },
  FunctionNotFound: {
    kind: 'notFound',
    remedy: 'Check the name; GetUserDefinedFunctions lists the functions of a database.',
  },
  PartitionIndexNotFound: {
    kind: 'notFound',
    remedy: 'Check the name; GetPartitionIndexes lists the indexes of a table.',
  },
  ColumnStatisticsNotFound: {
    kind: 'notFound',
    remedy: 'No statistics are stored for this column; write them first.',
  },
  ResourcePolicyNotFound: { kind: 'notFound', remedy: 'Put a resource policy first.' },
  ConnectionNotFound: {
    kind: 'notFound',
    remedy: 'Check the name; GetConnections lists the connections.',
  },
  SecurityConfigurationNotFound: {
    kind: 'notFound',
    remedy: 'Check the name; GetSecurityConfigurations lists them.',
  },
  ResourceNotFound: { kind: 'notFound', remedy: 'Check the ARN of the resource.' },
  AlreadyExists: {
    kind: 'conflict',
    remedy: 'Use another name, or update what is there.',
  },
  DatabaseNotEmpty: {
    kind: 'conflict',
    remedy: 'Drop or move the tables of the database first.',
  },
  VersionMismatch: {
    kind: 'conflict',
    remedy: 'Somebody changed the table meanwhile. Read it again and repeat the change.',
  },
  ConditionFailed: {
    kind: 'conflict',
    remedy: 'The resource policy is not in the state that the request expects. Read it again.',
  },
  LimitExceeded: {
    kind: 'conflict',
    remedy: 'Delete what is no longer needed; docs/reference/services/glue.md lists the limits.',
  },
  InvalidInput: {
    kind: 'invalid',
    remedy: 'Correct the member that the message names.',
  },
})
