module boathouse/athenadriver

go 1.24

require github.com/uber/athenadriver v1.1.4

require (
	github.com/DATA-DOG/go-sqlmock v1.4.1 // indirect
	github.com/aws/aws-sdk-go v1.29.16 // indirect
	github.com/jmespath/go-jmespath v0.0.0-20180206201540-c2b33e8439af // indirect
	github.com/uber-go/tally v3.3.15+incompatible // indirect
	go.uber.org/atomic v1.6.0 // indirect
	go.uber.org/multierr v1.5.0 // indirect
	go.uber.org/zap v1.14.0 // indirect
	golang.org/x/lint v0.0.0-20200302205851-738671d3881b // indirect
	golang.org/x/tools v0.0.0-20200304024140-c4206d458c3f // indirect
)
