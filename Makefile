# Everything stands in dev.py and .ci/run; this only saves typing.
.PHONY: help run test check
help:
	@echo "make run    start the portal (python3 dev.py run)"
	@echo "make test   run every test (python3 dev.py test)"
	@echo "make check  what the build server runs (.ci/run)"
run:
	python3 dev.py run
test:
	python3 dev.py test
check:
	.ci/run
