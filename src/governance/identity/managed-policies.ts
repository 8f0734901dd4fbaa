/** A managed policy of AWS: there in every account, not to be changed. */
export interface AwsManagedPolicy {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly description: string
  readonly versionId: string
  readonly document: string
  readonly createdAtMs: number
}

/** Those that are kept here; https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
export function awsManagedPolicies(): readonly AwsManagedPolicy[] {
  return [...policies.values()]
}

export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  return policies.get(arn)
}

interface Source {
  readonly id: string
  readonly path?: string
  readonly description: string
  readonly versionId: string
  readonly created: string
  readonly statements: readonly Readonly<Record<string, unknown>>[]
}

function allow(actions: readonly string[], resources: string | readonly string[] = '*') {
  return { Effect: 'Allow', Action: actions, Resource: resources }
}

const sources: Readonly<Record<string, Source>> = {
  AdministratorAccess: {
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    description: 'Provides full access to AWS services and resources.',
    versionId: 'v1',
    created: '2015-02-06T18:39:46Z',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
  PowerUserAccess: {
    id: 'ANPAJYRXTHIB4FOVS3ZXS',
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    versionId: 'v12',
    created: '2015-02-06T18:39:47Z',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      allow([
        'account:GetAccountInformation',
        'account:GetGovCloudAccountInformation',
        'account:GetPrimaryEmail',
        'account:ListRegions',
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeEffectivePolicy',
        'organizations:DescribeOrganization',
      ]),
    ],
  },
  IAMFullAccess: {
    id: 'ANPAI7XKCFMBPM3QQRRVQ',
    description: 'Provides full access to IAM via the AWS Management Console.',
    versionId: 'v2',
    created: '2015-02-06T18:40:38Z',
    statements: [
      allow([
        'iam:*',
        'organizations:DescribeAccount',
        'organizations:DescribeOrganization',
        'organizations:DescribeOrganizationalUnit',
        'organizations:DescribePolicy',
        'organizations:ListChildren',
        'organizations:ListParents',
        'organizations:ListPoliciesForTarget',
        'organizations:ListRoots',
        'organizations:ListPolicies',
        'organizations:ListTargetsForPolicy',
      ]),
    ],
  },
  IAMReadOnlyAccess: {
    id: 'ANPAJKSO7NDY4T57MWDSQ',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    versionId: 'v4',
    created: '2015-02-06T18:40:39Z',
    statements: [
      allow([
        'iam:GenerateCredentialReport',
        'iam:GenerateServiceLastAccessedDetails',
        'iam:Get*',
        'iam:List*',
        'iam:SimulateCustomPolicy',
        'iam:SimulatePrincipalPolicy',
      ]),
    ],
  },
  AmazonS3FullAccess: {
    id: 'ANPAIFIR6V6BVTRAHWINE',
    description: 'Provides full access to all buckets via the AWS Management Console.',
    versionId: 'v2',
    created: '2015-02-06T18:40:58Z',
    statements: [allow(['s3:*', 's3-object-lambda:*'])],
  },
  AmazonS3ReadOnlyAccess: {
    id: 'ANPAIZTJ4DXE7G6AGAE6M',
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    versionId: 'v3',
    created: '2015-02-06T18:40:59Z',
    statements: [
      allow([
        's3:Get*',
        's3:List*',
        's3:Describe*',
        's3-object-lambda:Get*',
        's3-object-lambda:List*',
      ]),
    ],
  },
  AmazonKinesisFullAccess: {
    id: 'ANPAIVF32HAMOXCUYRAYE',
    description: 'Provides full access to all streams via the AWS Management Console.',
    versionId: 'v1',
    created: '2015-02-06T18:40:29Z',
    statements: [{ Effect: 'Allow', Action: 'kinesis:*', Resource: '*' }],
  },
  AmazonKinesisReadOnlyAccess: {
    id: 'ANPAIOCMTDT5RLKZ2CAJO',
    description: 'Provides read only access to all streams via the AWS Management Console.',
    versionId: 'v1',
    created: '2015-02-06T18:40:30Z',
    statements: [allow(['kinesis:Get*', 'kinesis:List*', 'kinesis:Describe*'])],
  },
  AmazonKinesisFirehoseFullAccess: {
    id: 'ANPAJMZQMTZ7FRBFHHAHI',
    description: 'Provides full access to all Amazon Kinesis Firehose Delivery Streams.',
    versionId: 'v1',
    created: '2015-10-07T18:45:26Z',
    statements: [{ Effect: 'Allow', Action: ['firehose:*'], Resource: '*' }],
  },
  AmazonKinesisFirehoseReadOnlyAccess: {
    id: 'ANPAJ36NT645INW4K24W6',
    description: 'Provides read only access to all Amazon Kinesis Firehose Delivery Streams.',
    versionId: 'v1',
    created: '2015-10-07T18:43:39Z',
    statements: [allow(['firehose:Describe*', 'firehose:List*'])],
  },
  CloudWatchLogsFullAccess: {
    id: 'ANPAJ3ZGNWK2R5HW5BQFO',
    description: 'Provides full access to CloudWatch Logs',
    versionId: 'v3',
    created: '2015-02-06T18:40:02Z',
    statements: [
      {
        Sid: 'CloudWatchLogsFullAccess',
        ...allow(['logs:*', 'cloudwatch:GenerateQuery', 'cloudwatch:GenerateQueryResultsSummary']),
      },
    ],
  },
  CloudWatchLogsReadOnlyAccess: {
    id: 'ANPAJ2YIYDYSNNEHK3VKW',
    description: 'Provides read only access to CloudWatch Logs',
    versionId: 'v6',
    created: '2015-02-06T18:40:03Z',
    statements: [
      {
        Sid: 'CloudWatchLogsReadOnlyAccess',
        ...allow([
          'logs:Describe*',
          'logs:Get*',
          'logs:List*',
          'logs:StartQuery',
          'logs:StopQuery',
          'logs:TestMetricFilter',
          'logs:FilterLogEvents',
          'logs:StartLiveTail',
          'logs:StopLiveTail',
          'cloudwatch:GenerateQuery',
        ]),
      },
    ],
  },
  AWSGlueServiceRole: {
    id: 'ANPAIRUJCPEBPMEZFAS32',
    path: '/service-role/',
    description:
      'Policy for AWS Glue service role which allows access to related services including EC2, S3, and Cloudwatch Logs',
    versionId: 'v5',
    created: '2017-08-14T13:37:21Z',
    statements: [
      allow(
        [
          'glue:*',
          's3:GetBucketLocation',
          's3:ListBucket',
          's3:ListAllMyBuckets',
          's3:GetBucketAcl',
          'ec2:DescribeVpcEndpoints',
          'ec2:DescribeRouteTables',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcAttribute',
          'iam:ListRolePolicies',
          'iam:GetRole',
          'iam:GetRolePolicy',
          'cloudwatch:PutMetricData',
        ],
        ['*'],
      ),
      allow(['s3:CreateBucket'], ['arn:aws:s3:::aws-glue-*']),
      allow(
        ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        ['arn:aws:s3:::aws-glue-*/*', 'arn:aws:s3:::*/*aws-glue-*/*'],
      ),
      allow(['s3:GetObject'], ['arn:aws:s3:::crawler-public*', 'arn:aws:s3:::aws-glue-*']),
      allow(
        ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        ['arn:aws:logs:*:*:*:/aws-glue/*'],
      ),
      {
        Effect: 'Allow',
        Action: ['ec2:CreateTags', 'ec2:DeleteTags'],
        Condition: {
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['aws-glue-service-resource'] },
        },
        Resource: [
          'arn:aws:ec2:*:*:network-interface/*',
          'arn:aws:ec2:*:*:security-group/*',
          'arn:aws:ec2:*:*:instance/*',
        ],
      },
    ],
  },
  AmazonAthenaFullAccess: {
    id: 'ANPAIPJMLMD4C7RYZ6XCK',
    description:
      'Provide full access to Amazon Athena and scoped access to the dependencies needed to enable querying, writing results, and data management.',
    versionId: 'v11',
    created: '2016-11-30T16:46:01Z',
    statements: [
      { Sid: 'BaseAthenaPermissions', ...allow(['athena:*'], ['*']) },
      {
        Sid: 'BaseGluePermissions',
        ...allow(
          [
            'glue:CreateDatabase',
            'glue:DeleteDatabase',
            'glue:GetDatabase',
            'glue:GetDatabases',
            'glue:UpdateDatabase',
            'glue:CreateTable',
            'glue:DeleteTable',
            'glue:BatchDeleteTable',
            'glue:UpdateTable',
            'glue:GetTable',
            'glue:GetTables',
            'glue:BatchCreatePartition',
            'glue:CreatePartition',
            'glue:DeletePartition',
            'glue:BatchDeletePartition',
            'glue:UpdatePartition',
            'glue:GetPartition',
            'glue:GetPartitions',
            'glue:BatchGetPartition',
            'glue:StartColumnStatisticsTaskRun',
            'glue:GetColumnStatisticsTaskRun',
            'glue:GetColumnStatisticsTaskRuns',
          ],
          ['*'],
        ),
      },
      {
        Sid: 'BaseQueryResultsPermissions',
        ...allow(
          [
            's3:GetBucketLocation',
            's3:GetObject',
            's3:ListBucket',
            's3:ListBucketMultipartUploads',
            's3:ListMultipartUploadParts',
            's3:AbortMultipartUpload',
            's3:CreateBucket',
            's3:PutObject',
            's3:PutBucketPublicAccessBlock',
          ],
          ['arn:aws:s3:::aws-athena-query-results-*'],
        ),
      },
      {
        Sid: 'BaseAthenaExamplesPermissions',
        ...allow(['s3:GetObject', 's3:ListBucket'], ['arn:aws:s3:::athena-examples*']),
      },
      {
        Sid: 'BaseS3BucketPermissions',
        ...allow(['s3:ListBucket', 's3:GetBucketLocation', 's3:ListAllMyBuckets'], ['*']),
      },
      {
        Sid: 'BaseSNSPermissions',
        ...allow(['sns:ListTopics', 'sns:GetTopicAttributes'], ['*']),
      },
      {
        Sid: 'BaseCloudWatchPermissions',
        ...allow(
          [
            'cloudwatch:PutMetricAlarm',
            'cloudwatch:DescribeAlarms',
            'cloudwatch:DeleteAlarms',
            'cloudwatch:GetMetricData',
          ],
          ['*'],
        ),
      },
      {
        Sid: 'BaseLakeFormationPermissions',
        ...allow(['lakeformation:GetDataAccess'], ['*']),
      },
      {
        Sid: 'BaseDataZonePermissions',
        ...allow(
          ['datazone:ListDomains', 'datazone:ListProjects', 'datazone:ListAccountEnvironments'],
          ['*'],
        ),
      },
      { Sid: 'BasePricingPermissions', ...allow(['pricing:GetProducts'], ['*']) },
    ],
  },
}

const policies: ReadonlyMap<string, AwsManagedPolicy> = new Map(
  Object.entries(sources).map(([name, source]) => {
    const path = source.path ?? '/'
    const arn = `arn:aws:iam::aws:policy${path}${name}`
    const document = JSON.stringify(
      { Version: '2012-10-17', Statement: source.statements },
      undefined,
      2,
    )
    const createdAtMs = Date.parse(source.created)
    const { id, description, versionId } = source
    return [arn, { id, name, path, arn, description, versionId, document, createdAtMs }] as const
  }),
)
