// SPDX-License-Identifier: Apache-2.0
#include "app/app.h"
#include "tools/tool.h"

int main(int argc, char **argv)
{
	int status;

	return tool_run(argc, argv, &status) ? status : app_run(argc, argv);
}
