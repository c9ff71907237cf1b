# SPDX-License-Identifier: Apache-2.0
# Tests of the driver loader, with simulated hosts: make loader

.PHONY: loader
loader: $(BUILD)/falco-driver-loader
	@LOADER=$< tests/run-unit tests/loader/run
