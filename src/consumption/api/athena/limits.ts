import type { LimitTable } from '#protocol/aws'

const workGroup = { min: 1, max: 128, pattern: /[a-zA-Z0-9._-]{1,128}/ }
const page = (max: number, min = 0) => ({ integer: true, min, max }) as const
const id = { min: 1, max: 128, pattern: /\S+/ }
const clientToken = { min: 32, max: 128 }
const queryString = { min: 1, max: 262_144 }
const preparedName = { min: 1, max: 256, pattern: /[a-zA-Z_][a-zA-Z0-9_@:]{1,256}/ }
const name = { min: 1, max: 128 }

/** https://docs.aws.amazon.com/cli/latest/reference/athena/create-capacity-reservation.html: four DPUs and more. */
const dpus = { integer: true, min: 4, max: 1_000_000 } as const
const tagKey = { min: 1, max: 128 }
const tagValue = { max: 256 }

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.WorkGroup': workGroup,
  'CreateWorkGroupInput.Name': workGroup,
  'CreateWorkGroupInput.Description': { max: 1024 },
  'UpdateWorkGroupInput.Description': { max: 1024 },
  'UpdateWorkGroupInput.State': { enum: ['ENABLED', 'DISABLED'] },
  '*.QueryExecutionId': id,
  '*.NextToken': { min: 1, max: 1024 },
  'StartQueryExecutionInput.QueryString': queryString,
  'StartQueryExecutionInput.ClientRequestToken': clientToken,
  'StartQueryExecutionInput.ExecutionParameters': { min: 1 },
  'StartQueryExecutionInput.ExecutionParameters[]': { min: 1, max: 1024 },
  'StartQueryExecutionInput.ResultReuseConfiguration.ResultReuseByAgeConfiguration.MaxAgeInMinutes':
    {
      integer: true,
      min: 0,
      max: 10_080,
    },
  'GetQueryResultsInput.MaxResults': page(1000, 1),
  'GetQueryResultsInput.QueryResultType': { enum: ['DATA_MANIFEST', 'DATA_ROWS'] },
  'ListQueryExecutionsInput.MaxResults': page(50),
  'BatchGetQueryExecutionInput.QueryExecutionIds': { min: 1, max: 50 },
  'ListWorkGroupsInput.MaxResults': page(50, 1),
  'ListNamedQueriesInput.MaxResults': page(50),
  'ListPreparedStatementsInput.MaxResults': page(50, 1),
  'ListDataCatalogsInput.MaxResults': page(50, 2),
  'ListDatabasesInput.MaxResults': page(50, 1),
  'ListTableMetadataInput.MaxResults': page(50, 1),
  'ListEngineVersionsInput.MaxResults': page(10, 1),
  'ListTagsForResourceInput.MaxResults': { integer: true, min: 75 },
  'CreateNamedQueryInput.Name': name,
  'CreateNamedQueryInput.Description': { min: 1, max: 1024 },
  'CreateNamedQueryInput.Database': { min: 1, max: 255 },
  'CreateNamedQueryInput.QueryString': queryString,
  'CreateNamedQueryInput.ClientRequestToken': clientToken,
  'UpdateNamedQueryInput.Name': name,
  'UpdateNamedQueryInput.Description': { max: 1024 },
  'UpdateNamedQueryInput.QueryString': queryString,
  'BatchGetNamedQueryInput.NamedQueryIds': { min: 1, max: 50 },
  '*.StatementName': preparedName,
  'CreatePreparedStatementInput.QueryStatement': queryString,
  'UpdatePreparedStatementInput.QueryStatement': queryString,
  '*.ResourceARN': { min: 1, max: 1011 },
  'CreateWorkGroupInput.Tags': { max: 50 },
  'CreateWorkGroupInput.Tags[].Key': { min: 1, max: 128 },
  'CreateWorkGroupInput.Tags[].Value': { max: 256 },
  'CreateDataCatalogInput.Name': { min: 1, max: 127, pattern: /[a-zA-Z0-9_@-]{1,127}/ },
  'CreateDataCatalogInput.Description': { min: 1, max: 1024 },
  'CreateDataCatalogInput.Tags': { max: 50 },
  'CreateDataCatalogInput.Tags[].Key': tagKey,
  'CreateDataCatalogInput.Tags[].Value': tagValue,
  'UpdateDataCatalogInput.Name': { min: 1, max: 256 },
  'UpdateDataCatalogInput.Description': { min: 1, max: 1024 },
  'DeleteDataCatalogInput.Name': { min: 1, max: 256 },
  'GetDataCatalogInput.Name': { min: 1, max: 256 },
  '*.CapacityReservationName': workGroup,
  'CreateCapacityReservationInput.Name': workGroup,
  'CreateCapacityReservationInput.TargetDpus': dpus,
  'CreateCapacityReservationInput.Tags': { max: 50 },
  'CreateCapacityReservationInput.Tags[].Key': tagKey,
  'CreateCapacityReservationInput.Tags[].Value': tagValue,
  'GetCapacityReservationInput.Name': workGroup,
  'UpdateCapacityReservationInput.Name': workGroup,
  'UpdateCapacityReservationInput.TargetDpus': dpus,
  'CancelCapacityReservationInput.Name': workGroup,
  'DeleteCapacityReservationInput.Name': workGroup,
  'ListCapacityReservationsInput.MaxResults': page(50, 1),
  'PutCapacityAssignmentConfigurationInput.CapacityAssignments[].WorkGroupNames[]': workGroup,
  'TagResourceInput.Tags[].Key': { min: 1, max: 128 },
  'TagResourceInput.Tags[].Value': { max: 256 },
  '*.DatabaseName': { min: 1, max: 128 },
  '*.TableName': { min: 1, max: 128 },
  '*.CatalogName': { min: 1, max: 256 },
}
