# SPDX-License-Identifier: Apache-2.0
# Tables of what is there: make show

.PHONY: show
show: $(BUILD)/falco $(BUILD)/tests/unit/every_field $(BUILD)/tests/unit/answers
	@FALCO=$< tests/show $(BUILD)/tests/unit
