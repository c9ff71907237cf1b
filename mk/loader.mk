# SPDX-License-Identifier: Apache-2.0
# The driver loader against made-up hosts: make loader

.PHONY: loader
loader: $(BUILD)/falco-driver-loader
	@LOADER=$< tests/run-unit tests/loader/run
