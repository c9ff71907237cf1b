# SPDX-License-Identifier: Apache-2.0
# make show: lists the number of fields with a value, by class, and compares recorded captures with Falco's output

.PHONY: show
show: $(BUILD)/falco $(BUILD)/tests/unit/every_field $(BUILD)/tests/unit/answers
	@FALCO=$< tests/show $(BUILD)/tests/unit
